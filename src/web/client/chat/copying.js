/**
 * Copy buttons: of code blocks, which get theirs here, and of whole messages.
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
  const isCode = button.dataset['do'] === 'copy-code'
  const source = isCode
    ? button.closest('.code')?.querySelector('code')
    : button.closest('.msg')?.querySelector('.body')
  await navigator.clipboard.writeText(source instanceof HTMLElement ? source.innerText : '')
  button.textContent = words.copied
  setTimeout(() => (button.textContent = words.copy), 1_500)
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
