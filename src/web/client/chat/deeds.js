import { tell } from './composer.js'
import { openEditor } from './editor.js'
import { fetchPart } from './part.js'

/**
 * What the buttons and links of messages do without leaving the page.
 * @param {import('./words.js').Said} words
 * @param {string} dialogueId
 * @param {{ stop: (turnId: string) => boolean, changed: () => Promise<void>, earlier: (link: HTMLAnchorElement, part: DocumentFragment) => void }} told
 */
export function listenToDeeds(words, dialogueId, told) {
  document.addEventListener('click', event => {
    const pressed = event.target instanceof Element ? event.target.closest('button, a') : null
    if (!(pressed instanceof HTMLElement)) return
    if (pressed.dataset['do'] === 'edit') openEditor(pressed, words, tell)
    if (pressed instanceof HTMLButtonElement) press(event, pressed)
    // What opens in a tab of its own is asked for so.
    else if (pressed instanceof HTMLAnchorElement && !event.ctrlKey && !event.metaKey && !event.shiftKey)
      follow(event, pressed)
  })

  /** @param {Event} event @param {HTMLButtonElement} button */
  function press(event, button) {
    if (button.name === 'stop') {
      if (!told.stop(button.value)) return
      event.preventDefault()
      button.disabled = true
    }
    if (button.name === 'regenerate' || button.name === 'branch') {
      event.preventDefault()
      void act(button)
    }
  }

  /** @param {Event} event @param {HTMLAnchorElement} link */
  function follow(event, link) {
    if (link.dataset['fold']) {
      event.preventDefault()
      void unfold(link)
    }
    if (link.dataset['do'] === 'earlier') {
      event.preventDefault()
      void earlier(link)
    }
  }

  /** @param {HTMLButtonElement} button */
  async function act(button) {
    button.disabled = true
    const body = new URLSearchParams({ [button.name]: button.value })
    const answer = await fetch(`/chats/${dialogueId}/act`, {
      method: 'POST',
      body,
      redirect: 'manual',
    }).catch(() => undefined)
    button.disabled = false
    if (answer?.type !== 'opaqueredirect') return tell(words.internal)
    tell('')
    await told.changed()
  }

  /** @param {HTMLAnchorElement} link */
  async function earlier(link) {
    const part = await fetchPart(link.href, 'messages')
    if (part) told.earlier(link, part)
    else tell(words.internal)
  }
}

/** @param {HTMLAnchorElement} link */
async function unfold(link) {
  const article = link.closest('.msg')
  const open = article?.querySelector(`.fold[data-of="${link.dataset['fold']}"]`)
  link.setAttribute('aria-expanded', String(!open))
  if (open) return open.remove()
  const part = await fetchPart(link.href, 'fold')
  const fold = part?.querySelector('.fold')
  if (!(fold instanceof HTMLElement)) return location.assign(link.href)
  fold.dataset['of'] = link.dataset['fold'] ?? ''
  article?.append(fold)
}
