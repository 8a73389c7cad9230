import { h } from './dom.js'
import { tryList } from './tries.js'

/** @type {readonly (readonly [string, string])[]} */
const keys = [
  ['Enter', 'send; on a message: open its thread'],
  ['Shift Enter', 'a new line'],
  ['/', 'write a command'],
  ['@', 'mention somebody'],
  ['1 2 3', 'speak as Ada, Grace, Linus'],
  ['j k', 'next message, previous message'],
  ['e', 'edit this message, or your last one'],
  ['↑', 'the same, from an empty field'],
  ['Esc', 'leave the field, close the thread'],
  ['?', 'show this'],
]

/**
 * Everything one can try and every key, in one dialog.
 * @param {HTMLElement} root
 * @param {import('./tries.js').TryDeeds} deeds
 * @param {() => string} command
 */
export function createHelp(root, deeds, command) {
  const dialog = /** @type {HTMLDialogElement} */ (root)
  const close = () => dialog.close()
  /** @template {unknown[]} Args @param {(...args: Args) => void} deed */
  const closing =
    deed =>
    (/** @type {Args} */ ...args) => {
      close()
      deed(...args)
    }
  const draw = () =>
    dialog.replaceChildren(
      h(
        'header',
        {},
        h('h2', { id: 'help-title' }, 'What to try, and keys'),
        h('button', { type: 'button', class: 'btn quiet', onclick: close }, 'Close'),
      ),
      h(
        'div',
        { class: 'help-body' },
        tryList(
          {
            fill: closing(deeds.fill),
            editLast: closing(deeds.editLast),
            drop: closing(deeds.drop),
            speakAs: closing(deeds.speakAs),
          },
          command(),
        ),
        h(
          'dl',
          { class: 'keys' },
          ...keys.map(([key, meaning]) => h('div', {}, h('dt', {}, ...keycaps(key)), h('dd', {}, meaning))),
        ),
      ),
    )
  dialog.addEventListener('click', event => event.target === dialog && close())
  return {
    open: () => {
      draw()
      if (!dialog.open) dialog.showModal()
    },
    isOpen: () => dialog.open,
  }
}

/** @param {string} keysOfRow */
const keycaps = keysOfRow => keysOfRow.split(' ').map(key => h('kbd', {}, key))
