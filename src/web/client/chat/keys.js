import { element } from './element.js'

/**
 * j and k move through the list, Enter opens, Esc goes back, n begins anew, ? tells them all. `/` is the frame's.
 * @param {import('./words.js').Said} words
 */
export function listenToKeys(words) {
  // Before anybody else hears of it: a menu that Escape closes is still open then, and is all that it closes.
  document.addEventListener('keydown', event => hear(event, words), { capture: true })
}

/** @param {KeyboardEvent} event @param {import('./words.js').Said} words */
function hear(event, words) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (document.querySelector('dialog[open], details[data-menu][open]')) return
  const key = keyOf(event)
  const typing = event.target instanceof Element && event.target.closest('input, textarea, select')
  if (typing instanceof HTMLElement) {
    if (key === 'Escape' && !typing.closest('.edit')) typing.blur()
    return
  }
  if (key === 'j') move(1)
  else if (key === 'k') move(-1)
  else if (key === 'n') location.assign('/chats/new')
  else if (key === 'Escape' && location.pathname !== '/chats') location.assign('/chats')
  else if (key === '?') tellKeys(words)
}

/** Letters by where they lie on the keyboard when it writes Korean. @param {KeyboardEvent} event */
function keyOf({ key, code }) {
  return /^[ㄱ-ㅣ]$/.test(key) && code.startsWith('Key') ? code.slice(3).toLowerCase() : key
}

/** @param {number} by */
function move(by) {
  const items = [...document.querySelectorAll('#list a.item')].filter(item => item instanceof HTMLElement)
  const at = items.findIndex(item => item === document.activeElement)
  const from = at === -1 ? items.findIndex(item => item.hasAttribute('aria-current')) : at
  items[Math.max(0, Math.min(items.length - 1, from + by))]?.focus()
}

/** @param {import('./words.js').Said} words */
function tellKeys({ keys }) {
  const row = (/** @type {string} */ key, /** @type {string | undefined} */ text) => [
    element('dt', {}, element('kbd', {}, key)),
    element('dd', {}, text ?? ''),
  ]
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'keys-title', onclose: () => dialog.remove() },
    element('h2', { id: 'keys-title' }, keys['title'] ?? ''),
    element(
      'dl',
      { class: 'keys' },
      ...row('/', keys['search']),
      ...row('j', keys['next']),
      ...row('k', keys['previous']),
      ...row('Enter', keys['open']),
      ...row('n', keys['newChat']),
      ...row('Esc', keys['back']),
      ...row('?', keys['help']),
    ),
    element('button', { type: 'button', class: 'btn', onclick: () => dialog.close() }, keys['close'] ?? ''),
  )
  document.body.append(dialog)
  dialog.showModal()
}
