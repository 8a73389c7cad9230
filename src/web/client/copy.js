import { copyText } from './clipboard.js'

/** Buttons that copy what stands in a field; without this module one selects and copies it oneself. */

for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!(button instanceof HTMLButtonElement)) continue
  button.hidden = false
  const label = button.textContent
  button.addEventListener('click', () => void copy(button, label))
}

/** @param {HTMLButtonElement} button @param {string} label */
async function copy(button, label) {
  const field = document.getElementById(button.dataset['copy'] ?? '')
  if (!(field instanceof HTMLInputElement)) return
  field.select()
  if (!(await copyText(field.value).catch(() => false))) return
  button.textContent = button.dataset['copied'] ?? label
  setTimeout(() => (button.textContent = label), 1_500)
}
