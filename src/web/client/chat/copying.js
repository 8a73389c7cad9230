import { copyText } from '../clipboard.js'
import { sourceOf } from './source.js'

/**
 * Copy buttons: of code blocks, which get theirs here, and of whole messages as they were written.
 * @param {import('./words.js').Said} words
 * @param {string} dialogueId
 * @param {(text: string) => void} tell
 */
export function listenToCopying(words, dialogueId, tell) {
  document.addEventListener('click', event => {
    const button =
      event.target instanceof Element ? event.target.closest('[data-do="copy"], [data-do="copy-code"]') : null
    if (button instanceof HTMLElement) void copy(button)
  })

  /** @param {HTMLElement} button */
  async function copy(button) {
    const isCopied = await textOf(button, dialogueId)
      .then(copyText)
      .catch(() => false)
    if (!isCopied) return tell(words.internal)
    button.textContent = words.copied
    setTimeout(() => (button.textContent = words.copy), 1_500)
  }
}

/** @param {HTMLElement} button @param {string} dialogueId @returns {Promise<string>} */
async function textOf(button, dialogueId) {
  const article = button.closest('.msg')
  return button.dataset['do'] === 'copy' && article instanceof HTMLElement
    ? sourceOf(dialogueId, article)
    : (button.closest('.code')?.querySelector('code')?.textContent ?? '')
}

/** @param {import('./words.js').Said} words @param {ParentNode} within */
export function addCopyButtons(words, within) {
  for (const caption of within.querySelectorAll('.code > figcaption')) {
    if (caption.querySelector('button')) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.dataset['do'] = 'copy-code'
    button.textContent = words.copy
    caption.append(button)
  }
}
