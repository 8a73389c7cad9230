import { element } from './element.js'
import { newId } from './kept.js'
import { sourceOf } from './source.js'

/**
 * Asks anew in other words: what is sent becomes a branch of its own.
 * @param {HTMLElement} pressed
 * @param {import('./words.js').Said} words
 * @param {{ dialogueId: string, tell: (text: string) => void, sent: () => void }} told
 */
export async function openEditor(pressed, words, { dialogueId, tell, sent }) {
  const found = pressed.closest('.msg')
  const body = found?.querySelector('.body')
  if (!(found instanceof HTMLElement) || !(body instanceof HTMLElement)) return
  const article = found
  const source = await sourceOf(dialogueId, article).catch(() => undefined)
  if (source === undefined) return tell(words.internal)
  const messageId = article.dataset['id']
  if (article.querySelector('.edit')) return
  const field = element('textarea', { 'aria-label': words.sendAgain, rows: '2' })
  field.value = source
  const close = () => {
    form.remove()
    body.hidden = false
    pressed.focus()
  }
  const send = element('button', { type: 'submit', class: 'btn primary' }, words.sendAgain)
  const form = element(
    'form',
    { class: 'edit' },
    field,
    element(
      'div',
      { class: 'composer-bar' },
      element('span', { class: 'spacer' }),
      element('button', { type: 'button', class: 'btn quiet', onclick: close }, words.cancel),
      send,
    ),
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  async function submit() {
    const text = field.value.trim()
    // Pressed twice, it is one version.
    if (text === '' || send.disabled) return
    send.disabled = true
    const answer = await fetch(`/api/v1/messages/${messageId}/edit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, clientId: newId() }),
    }).catch(() => undefined)
    send.disabled = false
    if (answer?.ok) {
      close()
      return sent()
    }
    const problem = await answer?.json().catch(() => undefined)
    tell(problem?.detail ?? words.internal)
  }
  field.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !event.isComposing) close()
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      form.requestSubmit()
    }
  })
  body.hidden = true
  body.after(form)
  field.focus()
}
