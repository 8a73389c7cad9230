import { sourceOf } from './source.js'

/**
 * Copy buttons: of code blocks, which get theirs here, and of whole messages as they were written.
 * @param {import('./words.js').Said} words
 * @param {string} dialogueId
 * @param {(text: string) => void} tell
 */
export function listenToCopying(words, dialogueId, tell) {
  document.addEventListener('click', async event => {
    const button =
      event.target instanceof Element ? event.target.closest('[data-do="copy"], [data-do="copy-code"]') : null
    if (!(button instanceof HTMLElement)) return
    const article = button.closest('.msg')
    try {
      const text =
        button.dataset['do'] === 'copy-code' || !(article instanceof HTMLElement)
          ? (button.closest('.code')?.querySelector('code')?.textContent ?? '')
          : await sourceOf(dialogueId, article)
      await navigator.clipboard.writeText(text)
    } catch {
      return tell(words.internal)
    }
    button.textContent = words.copied
    setTimeout(() => (button.textContent = words.copy), 1_500)
  })
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
