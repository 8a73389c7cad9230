import { fragment } from '../trusted.js'
import { addCopyButtons } from './copying.js'
import { element } from './element.js'
import { localTimes } from './times.js'

/** @typedef {{ turnId: string, messageId: string, state: string, error?: string, blocks?: { from: number, html: string[] } }} TurnFrame */

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
    for (const article of within.querySelectorAll('.msg'))
      if (article instanceof HTMLElement && isUnderWay(article)) setLive(article, true)
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

  /**
   * A message as it is now. True when it is new to this page.
   * @param {{ id: string, html?: string, position: number }} frame
   */
  function show(frame) {
    const made = frame.html === undefined ? null : fragment(frame.html).querySelector('article')
    if (!made) return false
    const known = articleOf(frame.id)
    if (known && known.dataset['stamp'] === made.dataset['stamp']) return false
    // What streams is further than what is stored.
    if (known && known.dataset['live'] !== undefined && isUnderWay(made)) return false
    finish(element('div', {}, made))
    if (!known) place(made, frame.position)
    else {
      made.append(...known.querySelectorAll('.fold'))
      known.replaceWith(made)
    }
    return !known
  }

  /** An answer as it is being written. @param {TurnFrame} frame @returns {HTMLElement} */
  function answer(frame) {
    const article = articleOf(frame.messageId) ?? begun(frame)
    const isLive = frame.state === 'accepted' || frame.state === 'running'
    article.dataset['state'] = frame.state
    article.dataset['turn'] = frame.turnId
    delete article.dataset['stamp']
    setLive(article, isLive)
    if (frame.blocks) patch(article, frame.turnId, frame.blocks)
    if (!isLive) blocks.delete(frame.turnId)
    if (frame.state === 'failed' && !article.querySelector('.outcome'))
      article.append(
        element(
          'p',
          { class: 'outcome bad', role: 'alert' },
          words.failures[frame.error ?? ''] ?? words.failed,
        ),
      )
    return article
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

  /** An answer that nothing is known of but that it began. @param {TurnFrame} frame */
  function begun({ messageId, turnId }) {
    document.querySelector('#nothing')?.remove()
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

  /** All of it anew; an answer under way goes on where it stood. @param {DocumentFragment} part */
  function replace(part) {
    finish(part)
    root.replaceChildren(part)
    for (const article of root.querySelectorAll('.msg[data-live]')) {
      const known = article instanceof HTMLElement ? blocks.get(article.dataset['turn'] ?? '') : undefined
      if (known && known.length > 0) article.querySelector('.body')?.replaceChildren(...known.flat())
    }
  }

  finish(root)
  return {
    show,
    answer,
    replace,
    finish,
    /** The Turn that is being answered, the newest of them. @returns {string | undefined} */
    get liveTurn() {
      const live = [...root.querySelectorAll('.msg[data-live]')].at(-1)
      return live instanceof HTMLElement ? live.dataset['turn'] : undefined
    },
  }
}

/** @param {HTMLElement} article @param {boolean} isLive */
function setLive(article, isLive) {
  article.toggleAttribute('data-live', isLive)
  article.setAttribute('aria-busy', String(isLive))
}

/** @param {HTMLElement} article */
function isUnderWay({ dataset }) {
  return dataset['state'] === 'accepted' || dataset['state'] === 'running'
}
