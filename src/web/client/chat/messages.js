import { fragment } from '../trusted.js'
import { addCopyButtons } from './copying.js'
import { element, find } from './element.js'
import { localTimes } from './times.js'

/**
 * The messages of the open dialogue: what the server rendered, brought up to date by frames.
 * @param {HTMLElement} root
 * @param {import('./words.js').Said} words
 */
export function createMessages(root, words) {
  /** The nodes of each rendered block of an answer under way. @type {Map<string, Node[][]>} */
  const blocks = new Map()

  /** @param {ParentNode} within */
  const finish = within => {
    localTimes(within)
    addCopyButtons(words, within)
  }
  const articleOf = (/** @type {string} */ id) => document.getElementById(`m-${id}`)

  /** @param {HTMLElement} article @param {number} position */
  function place(article, position) {
    document.querySelector('#nothing')?.remove()
    const after = [...root.querySelectorAll(':scope > .msg')].find(
      other => other instanceof HTMLElement && Number(other.dataset['position']) > position,
    )
    root.insertBefore(article, after ?? null)
  }

  /** @param {{ id: string, html?: string, position: number, clientId?: string }} frame */
  function show(frame) {
    if (frame.html === undefined) return
    const made = fragment(frame.html).querySelector('article')
    if (!made) return
    finish(made)
    const sent =
      frame.clientId === undefined
        ? null
        : root.querySelector(`[data-client="${CSS.escape(frame.clientId)}"]`)
    const known = articleOf(frame.id)
    // What is written now came later than what the server had stored.
    if (known?.dataset['live'] !== undefined && isUnderWay(made)) goOn(known, made)
    const wasHere = known?.contains(document.activeElement) ?? false
    if (known) keepBeside(known, made)
    sent?.remove()
    known?.remove()
    place(made, frame.position)
    if (wasHere) find('#text', HTMLTextAreaElement)?.focus({ preventScroll: true })
  }

  /** An answer goes on in the article that takes another's place. @param {Element} known @param {HTMLElement} made */
  function goOn(known, made) {
    const body = known.querySelector('.body')
    if (body) made.querySelector('.body')?.replaceWith(body)
    made.toggleAttribute('data-live', true)
    made.setAttribute('aria-busy', 'true')
  }

  /** Everything anew, but for what is being written. @param {DocumentFragment} part */
  function replaceAll(part) {
    finish(part)
    for (const made of part.querySelectorAll('.msg')) {
      if (!(made instanceof HTMLElement) || !isUnderWay(made)) continue
      const known = articleOf(made.dataset['id'] ?? '')
      if (known && blocks.has(made.dataset['turn'] ?? '')) goOn(known, made)
      else made.toggleAttribute('data-live', true)
    }
    const unsent = root.querySelectorAll(':scope > [data-client]')
    root.replaceChildren(part, ...unsent)
  }

  /** @param {{ turnId: string, messageId: string, state: string, error?: string, blocks?: { from: number, html: string[] } }} frame */
  function answer(frame) {
    const article = articleOf(frame.messageId) ?? begun(frame)
    article.dataset['state'] = frame.state
    article.dataset['turn'] = frame.turnId
    const live = frame.state === 'accepted' || frame.state === 'running'
    article.toggleAttribute('data-live', live)
    article.setAttribute('aria-busy', String(live))
    if (frame.blocks) patch(article, frame.turnId, frame.blocks)
    if (!live) blocks.delete(frame.turnId)
    const note = article.querySelector('.outcome')
    if (frame.state === 'failed' && !note)
      article.append(
        element(
          'p',
          { class: 'outcome bad', role: 'alert' },
          words.failures[frame.error ?? ''] ?? words.failed,
        ),
      )
  }

  /** @param {HTMLElement} article @param {string} turnId @param {{ from: number, html: string[] }} change */
  function patch(article, turnId, { from, html }) {
    const body = article.querySelector('.body')
    if (!body) return
    const known = blocks.get(turnId) ?? []
    if (known.length === 0) body.replaceChildren()
    for (const nodes of known.splice(from)) for (const node of nodes) node.parentNode?.removeChild(node)
    for (const one of html) {
      const piece = fragment(one)
      finish(piece)
      const nodes = [...piece.childNodes]
      known.push(nodes)
      body.append(...nodes)
    }
    blocks.set(turnId, known)
    if (body.childNodes.length === 0) body.append(element('p', { class: 'thinking' }, words.thinking))
  }

  /** An answer that nothing is known of but that it began. @param {{ messageId: string, turnId: string }} frame */
  function begun({ messageId, turnId }) {
    const article = element(
      'article',
      { class: 'msg parley', id: `m-${messageId}`, 'data-id': messageId, 'aria-label': words.parley },
      element('span', { class: 'avatar small parley-avatar', 'aria-hidden': 'true' }, 'P'),
      element('div', { class: 'who' }, element('b', {}, words.parley)),
      element('div', { class: 'body prose' }, element('p', { class: 'thinking' }, words.thinking)),
      element(
        'div',
        { class: 'under' },
        element('button', { type: 'submit', form: 'act', name: 'stop', value: turnId }, words.stop),
      ),
    )
    article.dataset['position'] = String(Number.MAX_SAFE_INTEGER)
    root.append(article)
    return article
  }

  /** What I said, at once; the server's own article takes its place. @param {string} text @param {string} clientId */
  function say(text, clientId) {
    const name = document.querySelector('.account-name')?.textContent ?? ''
    const avatar = document.querySelector('.account .avatar')?.cloneNode(true)
    const article = element(
      'article',
      { class: 'msg mine', 'data-sending': true, 'data-client': clientId, 'aria-label': name },
      avatar ?? element('span', { class: 'avatar small tint-0', 'aria-hidden': 'true' }, '…'),
      element('div', { class: 'who' }, element('b', {}, name)),
      element('div', { class: 'body prose' }, element('p', {}, text)),
    )
    article.dataset['position'] = String(Number.MAX_SAFE_INTEGER)
    root.append(article)
  }

  /** It was refused: says why, beside it. @param {string} clientId @param {string} reason @param {() => void} retry */
  function refuse(clientId, reason, retry) {
    const article = root.querySelector(`[data-client="${CSS.escape(clientId)}"]`)
    if (!article) return
    article.removeAttribute('data-sending')
    const note = element(
      'p',
      { class: 'outcome bad', role: 'alert' },
      `${words.notSent} ${reason} `,
      element(
        'button',
        {
          type: 'button',
          class: 'btn',
          onclick: () => {
            note.remove()
            article.toggleAttribute('data-sending', true)
            retry()
          },
        },
        words.retry,
      ),
    )
    article.append(note)
  }

  finish(root)
  for (const article of root.querySelectorAll('.msg')) {
    const { state } = article instanceof HTMLElement ? article.dataset : {}
    if (state === 'accepted' || state === 'running') article.toggleAttribute('data-live', true)
  }
  return {
    show,
    answer,
    say,
    refuse,
    finish,
    replaceAll,
    /** The Turn whose answer is being written, the newest of them. @returns {string | undefined} */
    get liveTurn() {
      const live = [...root.querySelectorAll('.msg[data-live]')].at(-1)
      return live instanceof HTMLElement ? live.dataset['turn'] : undefined
    },
  }
}

/** @param {HTMLElement} article */
function isUnderWay({ dataset }) {
  return dataset['state'] === 'accepted' || dataset['state'] === 'running'
}

/**
 * What a frame does not bring: the way to the message on its platform, and what is unfolded under it.
 * @param {Element} known @param {Element} made
 */
function keepBeside(known, made) {
  const link = known.querySelector('.under > a[target]')
  if (link && !made.querySelector('.under > a[target]')) made.querySelector('.under')?.append(link)
  for (const fold of known.querySelectorAll(':scope > .fold')) made.append(fold)
}
