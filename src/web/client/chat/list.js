import { element } from './element.js'
import { fetchPart } from './part.js'

const patienceMs = 150
/** Dialogues that are not open are looked after this often, while somebody looks. */
const refreshMs = 30_000

/** The list beside the dialogue: found as one types, fresh when one comes back. @param {string} [openId] */
export function createList(openId) {
  const entries = document.querySelector('#entries')
  const search = document.querySelector('#search')
  let asked = 0

  function address() {
    const query = search instanceof HTMLInputElement ? search.value.trim() : ''
    if (openId !== undefined) return new URLSearchParams(query === '' ? { open: openId } : { q: query })
    const wanted = new URLSearchParams(location.search)
    if (query !== (wanted.get('q') ?? '')) wanted.delete('cursor')
    if (query === '') wanted.delete('q')
    else wanted.set('q', query)
    return wanted
  }

  async function refresh() {
    asked += 1
    const mine = asked
    const part = await fetchPart(`/chats?${address()}`, 'list')
    // The answer to an earlier letter may come after that to a later one.
    if (!part || mine !== asked || !entries) return
    const fresh = element('div', {}, part)
    if (fresh.innerHTML === entries.innerHTML) return
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['id'] : undefined
    entries.replaceChildren(...fresh.childNodes)
    if (focused) itemOf(focused)?.focus()
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon
  search?.addEventListener('input', () => {
    clearTimeout(soon)
    soon = setTimeout(() => void refresh(), patienceMs)
  })
  const look = () => {
    if (document.visibilityState === 'visible') void refresh()
  }
  document.addEventListener('visibilitychange', look)
  setInterval(look, refreshMs)

  /** @param {string} id @returns {HTMLElement | undefined} */
  function itemOf(id) {
    const item = entries?.querySelector(`a.item[data-id="${CSS.escape(id)}"]`)
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
        const first = entries?.querySelector('a.item')
        if (first && first !== item) first.before(item)
      }
      if (!isAnswering && dot) void refresh()
    },
    /** @param {string} id @param {string} title */
    rename(id, title) {
      const name = itemOf(id)?.querySelector('b')
      if (!name || name.textContent === title) return
      name.textContent = title
      // An older answer that is on its way has the older title.
      void refresh()
    },
  }
}
