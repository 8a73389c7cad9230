import { h } from './dom.js'
import { createComposer } from './composer.js'
import { createMessageList } from './message-list.js'
import { createTrail } from './trail.js'

/** @typedef {import('../wire.ts').View} View */
/** @typedef {import('../wire.ts').Pane} Pane */

/**
 * A channel or a thread: its name, its messages, what Parley did about them, and where to write.
 * @param {HTMLElement} root
 * @param {{
 *   id: 'channel' | 'thread',
 *   deeds: import('./message.js').Deeds,
 *   back: { label: string, go: () => void },
 *   close?: () => void,
 *   empty: () => Node | undefined,
 *   answered: (text: string) => void,
 *   send: (text: string) => Promise<string | undefined>,
 *   nextPerson: () => void,
 * }} options
 */
export function createPane(root, { id, deeds, back, close, empty, answered, send, nextPerson }) {
  const title = h('h2', {})
  const detail = h('small', {})
  const isThread = id === 'thread'
  const list = createMessageList({
    label: isThread ? 'Messages of the thread' : 'Messages of the channel',
    isThread,
    deeds,
    empty,
    answered,
  })
  const trail = createTrail()
  const editLast = () =>
    list
      .all()
      .findLast(({ shown }) => shown?.typed !== undefined)
      ?.edit()
  const composer = createComposer({ id, send, nextPerson, editLast })
  root.replaceChildren(
    h(
      'header',
      {},
      h(
        'button',
        { type: 'button', class: 'btn quiet back', 'aria-label': back.label, onclick: back.go },
        '‹',
      ),
      title,
      detail,
      h('span', { class: 'spacer' }),
      ...(close
        ? [
            h(
              'button',
              { type: 'button', class: 'btn quiet close', 'aria-label': 'Close the thread', onclick: close },
              '×',
            ),
          ]
        : []),
    ),
    list.node,
    trail.node,
    composer.form,
  )
  let shownAt = ''

  return {
    root,
    composer,
    list,
    trail,
    editLast,
    /**
     * @param {View} view
     * @param {Pane} pane
     * @param {{ at: string, title: string, detail: string, label: string, draft: string }} words
     */
    show(view, pane, { at, title: name, detail: about, label, draft }) {
      title.textContent = name
      detail.textContent = about
      composer.show(view, { place: draft, label })
      if (at === shownAt) {
        list.apply({ order: pane.messages.map(one => one.id), changed: pane.messages, cut: pane.cut })
        return
      }
      shownAt = at
      list.clear()
      list.reset(pane)
    },
    leave() {
      shownAt = ''
      list.clear()
    },
  }
}
