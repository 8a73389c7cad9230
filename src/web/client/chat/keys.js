import { element } from './element.js'

/**
 * j and k move through the list, Enter opens, Esc goes back, n begins anew, ? tells them all. `/` is the frame's.
 * @param {import('./words.js').Said} words
 */
export function listenToKeys(words) {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const key = keyOf(event)
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select')
    if (key === 'Escape' && typing instanceof HTMLElement) return typing.blur()
    if (typing || document.querySelector('dialog[open]')) return
    if (key === 'j') return move(1)
    if (key === 'k') return move(-1)
    if (key === 'n') return location.assign('/chats/new')
    if (key === 'Escape' && location.pathname !== '/chats') return location.assign('/chats')
    if (key === '?') tellKeys(words)
  })
}

/** Letters by where they lie on the keyboard while it writes Korean. @param {KeyboardEvent} event */
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
