import { element } from './element.js'
import { newId } from './kept.js'

/**
 * Asks anew in other words: what is sent becomes a branch of its own.
 * @param {HTMLElement} pressed
 * @param {import('./words.js').Said} words
 * @param {(text: string) => void} tell
 */
export function openEditor(pressed, words, tell) {
  const article = pressed.closest('.msg')
  const body = article?.querySelector('.body')
  if (!(article instanceof HTMLElement) || !(body instanceof HTMLElement) || article.querySelector('.edit'))
    return
  const { id = '', text: written = '' } = article.dataset
  const field = element('textarea', { 'aria-label': words.sendAgain, rows: '2' })
  field.value = written
  const close = () => {
    form.remove()
    body.hidden = false
    pressed.focus()
  }
  const form = element(
    'form',
    { class: 'edit' },
    field,
    element(
      'div',
      { class: 'composer-bar' },
      element('span', { class: 'spacer' }),
      element('button', { type: 'button', class: 'btn quiet', onclick: close }, words.cancel),
      element('button', { type: 'submit', class: 'btn primary' }, words.sendAgain),
    ),
  )
  form.addEventListener('submit', event => {
    event.preventDefault()
    void send(field.value.trim())
  })
  /** @param {string} text */
  async function send(text) {
    if (text === '') return
    if (text === written) return close()
    const answer = await fetch(`/api/v1/messages/${id}/edit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, clientId: newId() }),
    }).catch(() => undefined)
    if (answer?.ok) return close()
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
