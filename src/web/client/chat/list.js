import { element } from './element.js'
import { fetchPart } from './part.js'

const patienceMs = 150

/** The list beside the dialogue: found as one types, fresh when one comes back. @param {string} [openId] */
export function createList(openId) {
  const list = document.querySelector('#list')
  const search = document.querySelector('#search')
  let asked = 0

  async function refresh() {
    const query = search instanceof HTMLInputElement ? search.value.trim() : ''
    const address = new URLSearchParams(
      query === '' ? (openId ? { open: openId } : location.search) : { q: query },
    )
    asked += 1
    const mine = asked
    const part = await fetchPart(`/chats?${address}`, 'list')
    // The answer to an earlier letter may come after that to a later one.
    if (!part || mine !== asked || !list) return
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['id'] : undefined
    list.replaceChildren(part)
    if (focused && itemOf(focused)) itemOf(focused)?.focus()
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon
  search?.addEventListener('input', () => {
    clearTimeout(soon)
    soon = setTimeout(() => void refresh(), patienceMs)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void refresh()
  })

  /** @param {string} id @returns {HTMLElement | undefined} */
  function itemOf(id) {
    const item = list?.querySelector(`a.item[data-id="${CSS.escape(id)}"]`)
    return item instanceof HTMLElement ? item : undefined
  }

  return {
    refresh,
    /** The one that is answering moves to the top, with a dot. @param {string} id @param {boolean} isAnswering */
    mark(id, isAnswering) {
      const item = itemOf(id)
      if (!item) return void (isAnswering && refresh())
      const dot = item.querySelector('.dot')
      if (isAnswering && !dot) {
        item.querySelector('small')?.replaceWith(element('span', { class: 'dot' }))
        const first = list?.querySelector('a.item')
        if (first && first !== item) first.before(item)
      }
      if (!isAnswering && dot) void refresh()
    },
    /** @param {string} id @param {string} title */
    rename(id, title) {
      const name = itemOf(id)?.querySelector('b')
      if (name) name.textContent = title
    },
  }
}
