import { find, element } from './element.js'

/**
 * The dialogue may not be read here any more: nothing of it stays on the page but the way on.
 * @param {import('./words.js').Said} words
 */
export function clearAway({ gone, toTheChats }) {
  document.title = 'Parley'
  const way = element('a', { class: 'btn primary', href: '/chats' }, toTheChats)
  const notice = element(
    'div',
    { class: 'empty', role: 'alert' },
    element('p', {}, gone),
    element('p', {}, way),
  )
  find('#title', HTMLElement)?.replaceChildren()
  find('#messages', HTMLElement)?.replaceChildren(notice)
  for (const part of document.querySelectorAll(
    '.top .meta, .top .menu, .top .open-in, .composer, .newest, #status',
  ))
    part.remove()
  way.focus()
}
