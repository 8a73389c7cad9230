import { fetchPart } from './part.js'

const patienceMs = 150

/** The list beside the dialogue: found as one types, fresh when one comes back. @param {string} [openId] */
export function createList(openId) {
  const list = document.querySelector('#list')
  const search = document.querySelector('#search')
  let asked = 0
  /** Titles told since the list was last asked for: what comes may still have the old ones. @type {Map<string, string>} */
  const told = new Map()
  /** Nothing was typed or chosen since the page came. */
  let isAsItCame = true
  /** What is shown of the open one; asked for once for each change, however often it is told. */
  let isMarked = list?.querySelector('[aria-current] .dot') !== null

  function address() {
    const query = search instanceof HTMLInputElement ? search.value.trim() : ''
    if (isAsItCame && openId === undefined) return new URLSearchParams(location.search)
    const form = list?.querySelector('.filters form')
    const wanted = new URLSearchParams()
    if (form instanceof HTMLFormElement)
      for (const [name, value] of new FormData(form))
        if (typeof value === 'string' && value !== '') wanted.set(name, value)
    wanted.delete('q')
    if (query !== '') wanted.set('q', query)
    if (openId !== undefined) wanted.set('open', openId)
    return wanted
  }

  async function refresh() {
    const wanted = address()
    told.clear()
    asked += 1
    const mine = asked
    const part = await fetchPart(`/chats?${wanted}`, 'list')
    // The answer to an earlier letter may come after that to a later one.
    if (!part || mine !== asked || !list) return
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['id'] : undefined
    const filters = list.querySelector('.filters')
    const fresh = part.querySelector('.filters')
    // What is being chosen there stays as it is.
    if (filters && fresh) fresh.replaceWith(filters)
    list.replaceChildren(part)
    for (const [id, title] of told) show(id, title)
    if (focused) itemOf(focused)?.focus()
    if (openId === undefined && !isAsItCame) history.replaceState(history.state, '', addressOfPage(wanted))
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon
  search?.addEventListener('input', () => {
    isAsItCame = false
    clearTimeout(soon)
    soon = setTimeout(() => void refresh(), patienceMs)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !isExpanded) void refresh()
  })

  // What was typed since the form came belongs to the question too.
  list?.addEventListener('submit', ({ target }) => {
    const asks = target instanceof HTMLFormElement ? target.elements.namedItem('q') : null
    if (asks instanceof HTMLInputElement && search instanceof HTMLInputElement)
      asks.value = search.value.trim()
  })

  let isExpanded = false
  list?.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('.older a') : null
    if (!(link instanceof HTMLAnchorElement) || !(event instanceof MouseEvent)) return
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    void older(link)
  })

  /** What comes after is added, and the focus goes on with it. @param {HTMLAnchorElement} link */
  async function older(link) {
    const part = await fetchPart(link.href, 'list')
    if (!part || !link.isConnected) return location.assign(link.href)
    part.querySelector('.filters')?.remove()
    part.querySelector('.found-count')?.remove()
    for (const item of part.querySelectorAll('a.item'))
      if (item instanceof HTMLElement && itemOf(item.dataset['id'] ?? '')) item.remove()
    const [heading] = part.querySelectorAll('h2')
    if (heading && [...(list?.querySelectorAll('h2') ?? [])].at(-1)?.textContent === heading.textContent)
      heading.remove()
    const first = part.querySelector('a.item')
    isExpanded = true
    link.closest('.older')?.replaceWith(part)
    if (first instanceof HTMLElement) first.focus({ preventScroll: true })
  }

  /** @param {string} id @returns {HTMLElement | undefined} */
  function itemOf(id) {
    const item = list?.querySelector(`a.item[data-id="${CSS.escape(id)}"]`)
    return item instanceof HTMLElement ? item : undefined
  }

  /** @param {string} id @param {string} title */
  function show(id, title) {
    const name = itemOf(id)?.querySelector('b')
    if (name) name.textContent = title
  }

  return {
    /** The one that is answering moves to the top, with a dot. @param {boolean} isAnswering */
    mark(isAnswering) {
      if (isMarked === isAnswering) return
      isMarked = isAnswering
      if (!isExpanded) void refresh()
    },
    /** @param {string} id */
    remove(id) {
      itemOf(id)?.remove()
    },
    /** @param {string} id @param {string} title */
    rename(id, title) {
      told.set(id, title)
      show(id, title)
    },
  }
}

/** @param {URLSearchParams} wanted */
function addressOfPage(wanted) {
  const query = wanted.toString()
  return query === '' ? '/chats' : `/chats?${query}`
}
