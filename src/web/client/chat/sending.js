import { element } from './element.js'

/**
 * What I said, on the page before the server has it; its own article takes this one's place.
 * @param {HTMLElement} root
 * @param {import('./words.js').Said} words
 */
export function createSending(root, words) {
  /** @param {string} clientId */
  const articleOf = clientId => root.querySelector(`[data-client="${CSS.escape(clientId)}"]`)

  /** @param {import('./outbox.js').Unsent} one */
  function say({ clientId, text }) {
    document.querySelector('#nothing')?.remove()
    const name = document.querySelector('.account-name')?.textContent ?? ''
    const face = document.querySelector('.account .avatar')?.cloneNode(true)
    if (face instanceof HTMLElement) face.classList.add('small')
    const article = element(
      'article',
      { class: 'msg mine', 'data-sending': true, 'data-client': clientId, 'aria-label': name },
      face ?? element('span', { class: 'avatar small', 'aria-hidden': 'true' }),
      element('div', { class: 'who' }, element('b', {}, name)),
      element('div', { class: 'body prose' }, element('p', { class: 'as-typed' }, text)),
    )
    // After all that has a place already.
    article.dataset['position'] = String(Number.MAX_SAFE_INTEGER)
    root.append(article)
  }

  /**
   * Says beside it why it was not taken.
   * @param {string} clientId @param {string} reason @param {() => void} retry
   */
  function refuse(clientId, reason, retry) {
    const article = articleOf(clientId)
    if (!article || article.querySelector('.outcome')) return
    article.removeAttribute('data-sending')
    const again = () => {
      note.remove()
      article.toggleAttribute('data-sending', true)
      retry()
    }
    const note = element(
      'p',
      { class: 'outcome bad', role: 'alert' },
      `${words.notSent} ${reason} `,
      element('button', { type: 'button', class: 'btn', onclick: again }, words.retry),
    )
    article.append(note)
  }

  return {
    say,
    refuse,
    /** @param {string} clientId */
    taken: clientId => articleOf(clientId)?.remove(),
  }
}
