import { element } from './element.js'

/**
 * Copy buttons: of code blocks, which get theirs here, and of whole messages, which are copied as they were written.
 * @param {import('./words.js').Said} words
 */
export function listenToCopying(words) {
  document.addEventListener('click', event => {
    const button =
      event.target instanceof Element ? event.target.closest('[data-do="copy"], [data-do="copy-code"]') : null
    if (button instanceof HTMLElement) void copy(button, words)
  })
}

/** @param {HTMLElement} button @param {import('./words.js').Said} words */
async function copy(button, words) {
  const code = button.dataset['do'] === 'copy-code' ? button.closest('.code')?.querySelector('code') : null
  const message = button.closest('.msg')
  const text = code ? code.textContent : message instanceof HTMLElement ? message.dataset['text'] : ''
  const isCopied = await write(text ?? '')
  button.textContent = isCopied ? words.copied : words.notCopied
  setTimeout(() => (button.textContent = words.copy), 1_500)
}

/** Pages of plain http have no clipboard but this old way to it. @param {string} text */
async function write(text) {
  if (navigator.clipboard)
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  const field = element('textarea', { class: 'unseen', 'aria-hidden': 'true' })
  field.value = text
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  return isCopied
}

/** @param {import('./words.js').Said} words @param {ParentNode} within */
export function addCopyButtons(words, within) {
  for (const caption of within.querySelectorAll('.code > figcaption')) {
    if (caption.querySelector('button')) continue
    caption.append(element('button', { type: 'button', 'data-do': 'copy-code' }, words.copy))
  }
}
