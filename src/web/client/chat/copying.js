import { element } from './element.js'
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
      if (!(await write(text))) return tell(words.internal)
    } catch {
      return tell(words.internal)
    }
    button.textContent = words.copied
    setTimeout(() => (button.textContent = words.copy), 1_500)
  })
}

/** Pages of plain http have no clipboard but this old way to it. @param {string} text @returns {Promise<boolean>} */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true)
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
    const button = document.createElement('button')
    button.type = 'button'
    button.dataset['do'] = 'copy-code'
    button.textContent = words.copy
    caption.append(button)
  }
}
