import { counted, h } from './dom.js'
import { createMessage } from './message.js'

/** @typedef {import('../wire.ts').Pane} Pane */
/** @typedef {import('../wire.ts').PanePatch} PanePatch */
/** @typedef {import('../wire.ts').ShownMessage} ShownMessage */
/** @typedef {import('./message.js').Deeds} Deeds */

/** Messages of one person within this time stand under one name. */
const togetherMs = 5 * 60_000

/** This close to the end counts as being there. */
const nearEndPx = 48

/**
 * The messages of a pane. It stays at its end while the reader is there, and where the reader is otherwise.
 * @param {{ label: string, isThread: boolean, deeds: Deeds, empty: () => Node | undefined, answered: (text: string) => void }} options
 */
export function createMessageList({ label, isThread, deeds, empty, answered }) {
  /** @type {Map<string, ReturnType<typeof createMessage>>} */
  const known = new Map()
  /** @type {string[]} */
  let order = []
  let atEnd = true
  const note = h('p', { class: 'note', hidden: true }, 'Older messages are not shown here')
  const items = h('div', { class: 'items' })
  const blank = h('div', { class: 'blank' })
  const list = h('div', { class: 'column' }, note, blank, items)
  const scroll = h(
    'div',
    { class: 'scroll', role: 'log', 'aria-label': label, 'aria-live': 'off', tabindex: '0' },
    list,
  )
  const toEnd = h(
    'button',
    { type: 'button', class: 'to-end', hidden: true, onclick: () => goToEnd() },
    'New messages ↓',
  )
  const node = h('div', { class: 'flow' }, scroll, toEnd)

  const goToEnd = () => {
    scroll.scrollTop = scroll.scrollHeight
  }
  const keepAtEnd = () => {
    if (atEnd && order.length > 0) goToEnd()
  }
  let top = 0
  scroll.addEventListener('scroll', () => {
    const left = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight
    // Only a reader moves up; what grows below the last line does not.
    if (left < nearEndPx) atEnd = true
    else if (scroll.scrollTop < top) atEnd = false
    top = scroll.scrollTop
    if (atEnd) toEnd.hidden = true
  })
  const watch = new ResizeObserver(() => keepAtEnd())
  watch.observe(scroll)
  watch.observe(list)

  /** @param {PanePatch} patch */
  const apply = ({ order: next, changed, cut }) => {
    const newest = order.at(-1)
    for (const message of changed) {
      const entry = known.get(message.id) ?? createMessage(message.id, deeds)
      known.set(message.id, entry)
      if (entry.shown?.live && !message.live && message.author.parley) tellAnswer(message)
      entry.show(message)
    }
    place(next)
    note.hidden = !cut
    if (atEnd) keepAtEnd()
    else if (next.at(-1) !== newest) toEnd.hidden = false
  }

  /** @param {ShownMessage} message */
  const tellAnswer = ({ html, author }) => {
    const text = new DOMParser().parseFromString(html, 'text/html').body.textContent ?? ''
    const said = text.replace(/\s+/g, ' ').trim()
    if (said !== '') answered(`${author.name} answered: ${said.slice(0, 300)}`)
  }

  /** @param {readonly string[]} next */
  const place = next => {
    order = [...next]
    const kept = new Set(next)
    for (const [id, { node: gone }] of known) {
      if (kept.has(id)) continue
      known.delete(id)
      gone.remove()
    }
    /** @type {ShownMessage | undefined} */
    let before
    next.forEach((id, index) => {
      const entry = known.get(id)
      if (!entry) return
      if (items.children[index] !== entry.node) items.insertBefore(entry.node, items.children[index] ?? null)
      entry.node.classList.toggle('follows', !(isThread && index === 1) && follows(before, entry.shown))
      if (isThread && index === 0)
        entry.node.dataset['replies'] = counted(next.length - 1, 'reply', 'replies')
      else delete entry.node.dataset['replies']
      before = entry.shown
    })
    showBlank()
  }

  const showBlank = () => {
    const content = order.length === 0 ? empty() : undefined
    blank.replaceChildren(...(content ? [content] : []))
    blank.hidden = !content
    if (content) scroll.scrollTop = 0
  }

  return {
    node,
    apply,
    showBlank,
    /** @param {Pane} pane */
    reset({ messages, cut }) {
      atEnd = true
      toEnd.hidden = true
      apply({ order: messages.map(({ id }) => id), changed: messages, cut })
    },
    clear() {
      for (const entry of known.values()) entry.node.remove()
      known.clear()
      order = []
      atEnd = true
    },
    all: () => order.flatMap(id => known.get(id) ?? []),
    /**
     * Moves the focus among the messages: from none to the last.
     * @param {1 | -1} by
     */
    move(by) {
      const at = order.findIndex(id => known.get(id)?.node.contains(document.activeElement) ?? false)
      const to = at < 0 ? order.length - 1 : Math.min(Math.max(at + by, 0), order.length - 1)
      const entry = known.get(order[to] ?? '')
      entry?.node.focus()
      entry?.node.scrollIntoView({ block: 'nearest' })
    },
    focus: () => scroll.focus(),
    focused: () => order.map(id => known.get(id)).find(entry => entry?.node === document.activeElement),
  }
}

/**
 * @param {ShownMessage | undefined} before
 * @param {ShownMessage | undefined} message
 */
function follows(before, message) {
  return (
    before !== undefined &&
    message !== undefined &&
    before.author.id === message.author.id &&
    message.atMs - before.atMs < togetherMs &&
    before.onlyYou === message.onlyYou &&
    !before.replies &&
    !message.replyTo &&
    !message.edited
  )
}
