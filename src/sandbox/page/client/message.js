import { avatar, counted, h, timeOf } from './dom.js'
import { button, confirmed, editorOf } from './editing.js'

/** @typedef {import('../wire.ts').ShownMessage} ShownMessage */

/**
 * What a person can do to a message.
 * @typedef {{
 *   openThread: (threadId: string) => void,
 *   save: (message: ShownMessage, text: string) => Promise<string | undefined>,
 *   remove: (message: ShownMessage) => void,
 *   press: (message: ShownMessage, buttonId: string) => void,
 *   stop: (threadId: string) => void,
 *   canThread: () => boolean,
 *   isMe: (personId: string) => boolean,
 * }} Deeds
 */

/**
 * One message on the page. `show` replaces only what has changed, so that reading and selecting go on while an
 * answer is being written.
 * @param {string} id
 * @param {Deeds} deeds
 */
export function createMessage(id, deeds) {
  /** @type {ShownMessage | undefined} */
  let shown
  const face = h('div', { class: 'face' })
  const who = h('div', { class: 'who' })
  const answered = h('p', { class: 'answered', hidden: true })
  const body = h('div', { class: 'body' })
  const under = h('div', { class: 'under' })
  const actions = h('div', { class: 'actions' })
  const main = h('div', { class: 'main' }, answered, who, body, under)
  const node = h('article', { class: 'msg', tabindex: '-1', 'data-id': id }, face, main, actions)
  /** @type {{ close: () => void } | undefined} */
  let editing

  /** @param {ShownMessage} message @param {(keyof ShownMessage)[]} fields */
  const differs = (message, ...fields) =>
    fields.some(field => JSON.stringify(shown?.[field]) !== JSON.stringify(message[field]))

  /** @param {ShownMessage} message */
  const show = message => {
    if (differs(message, 'author')) face.replaceChildren(avatar(message.author))
    if (differs(message, 'author', 'atMs', 'onlyYou', 'edited')) who.replaceChildren(...whoOf(message))
    if (differs(message, 'replyTo')) {
      answered.hidden = !message.replyTo
      answered.replaceChildren(`In reply to ${message.replyTo?.name}: ${message.replyTo?.excerpt}`)
    }
    if (differs(message, 'html', 'status')) fillBody(body, message, deeds)
    if (differs(message, 'replies', 'buttons', 'stops')) {
      under.replaceChildren(...underOf(message, deeds))
      under.hidden = under.childElementCount === 0
    }
    if (differs(message, 'typed', 'replies', 'status')) actions.replaceChildren(...actionsOf(message))
    node.classList.toggle('live', message.live)
    node.classList.toggle('only-you', message.onlyYou)
    node.classList.toggle('from-parley', message.author.parley)
    node.setAttribute('aria-label', `${message.author.name}${message.live ? ', still writing' : ''}`)
    shown = message
  }

  /** @param {ShownMessage} message */
  const actionsOf = message => {
    const own = message.typed !== undefined
    return [
      ...(deeds.canThread() && !message.status && !message.onlyYou
        ? [button('Reply in thread', 'Reply', () => deeds.openThread(message.replies?.threadId ?? id))]
        : []),
      ...(own
        ? [button('Edit message', 'Edit', edit), confirmed('Delete', () => deeds.remove(message))]
        : []),
    ]
  }

  const edit = () => {
    if (editing || shown?.typed === undefined) return
    const message = shown
    const close = () => {
      editor.remove()
      body.hidden = false
      editing = undefined
      node.focus()
    }
    const editor = editorOf(message.typed ?? '', close, text => deeds.save(message, text))
    editing = { close }
    body.hidden = true
    body.after(editor)
    const field = editor.querySelector('textarea')
    field?.focus()
    field?.setSelectionRange(field.value.length, field.value.length)
  }

  return {
    node,
    show,
    edit,
    /** @returns {ShownMessage | undefined} */
    get shown() {
      return shown
    },
  }
}

/**
 * @param {ShownMessage} message
 * @returns {Node[]}
 */
function whoOf({ author, atMs, onlyYou, edited }) {
  return [
    h('b', {}, author.name),
    ...(author.bot ? [h('span', { class: 'app' }, 'app')] : []),
    timeOf(atMs),
    ...(edited ? [h('span', { class: 'edited' }, 'edited')] : []),
    ...(onlyYou ? [h('span', { class: 'only' }, 'Only visible to you')] : []),
  ]
}

/**
 * The server made `html` from the text with everything escaped that is not its own.
 * @param {HTMLElement} body
 * @param {ShownMessage} message
 * @param {Deeds} deeds
 */
function fillBody(body, { html, status, author }, { isMe }) {
  body.innerHTML = html
  for (const mention of body.querySelectorAll('.mention'))
    mention.classList.toggle('me', isMe(mention.getAttribute('data-id') ?? ''))
  if (!status) return
  const words = status.startsWith(author.name) ? status : `${author.name} ${status}`
  body.append(h('p', { class: 'status' }, words))
}

/**
 * @param {ShownMessage} message
 * @param {Deeds} deeds
 * @returns {Node[]}
 */
function underOf(message, deeds) {
  const { replies, buttons, stops } = message
  const row = []
  if (replies) {
    const count = replies.count > 0 ? counted(replies.count, 'reply', 'replies') : 'Thread'
    row.push(
      h(
        'button',
        { type: 'button', class: 'replies', onclick: () => deeds.openThread(replies.threadId) },
        replies.answering && h('span', { class: 'dot', 'aria-hidden': 'true' }),
        replies.answering ? `${count}, answering` : count,
        h('span', { class: 'chevron', 'aria-hidden': 'true' }, '›'),
      ),
    )
  }
  for (const { id, label, danger } of buttons) {
    const look = danger ? 'btn small danger' : 'btn small'
    row.push(h('button', { type: 'button', class: look, onclick: () => deeds.press(message, id) }, label))
  }
  if (stops)
    row.push(
      h('button', { type: 'button', class: 'btn small danger', onclick: () => deeds.stop(stops) }, 'Stop'),
    )
  return row
}
