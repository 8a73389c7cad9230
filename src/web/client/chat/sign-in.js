import { element } from './element.js'

/**
 * Asks for the password over the page as it stands, and goes on once it was right.
 * @param {import('./words.js').Said} words
 * @param {{ signedIn: () => void, later: () => void }} told
 */
export function askToSignIn({ signIn, lost }, { signedIn, later }) {
  if (document.querySelector('dialog.sign-in')) return
  const page = document.querySelector('#words')
  const wrong = element('p', { class: 'outcome bad', role: 'alert' })
  const email = input('again-email', { type: 'email', autocomplete: 'username' })
  const password = input('again-password', { type: 'password', autocomplete: 'current-password' })
  email.value = page?.getAttribute('data-email') ?? ''
  const otherWays = element('a', {}, signIn['otherWays'] ?? '')
  otherWays.href = `/login?next=${encodeURIComponent(location.pathname)}`
  const form = element(
    'form',
    { class: 'form' },
    element('h2', { id: 'again-title' }, signIn['title'] ?? ''),
    element('p', {}, signIn['about'] ?? ''),
    labelled(signIn['email'] ?? '', email),
    labelled(signIn['password'] ?? '', password),
    wrong,
    element(
      'div',
      { class: 'form-actions' },
      element('button', { class: 'btn primary' }, signIn['submit'] ?? ''),
      element(
        'button',
        { type: 'button', class: 'btn quiet', onclick: () => dialog.close() },
        signIn['later'] ?? '',
      ),
    ),
    element('p', { class: 'meta' }, otherWays),
  )
  const dialog = element('dialog', { class: 'sign-in', 'aria-labelledby': 'again-title' }, form)
  let isIn = false
  dialog.addEventListener('close', () => {
    dialog.remove()
    if (isIn) signedIn()
    else later()
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    void send()
  })
  async function send() {
    wrong.textContent = ''
    const answer = await logIn(email.value, password.value)
    if (answer === 'in') {
      // What stands on this page is for who opened it alone.
      if ((await memberNow()) !== page?.getAttribute('data-member')) return location.reload()
      isIn = true
      return dialog.close()
    }
    const sentences = { wrong: signIn['wrong'], tooMany: signIn['tooMany'], lost }
    wrong.textContent = sentences[answer] ?? ''
    password.focus()
  }
  document.body.append(dialog)
  dialog.showModal()
  if (email.value !== '') password.focus()
}

/** @param {string} id @param {Record<string, string>} attributes */
function input(id, attributes) {
  return element('input', { id, required: true, ...attributes })
}

/** @param {string} text @param {HTMLInputElement} field */
function labelled(text, field) {
  return element('div', { class: 'field' }, element('label', { for: field.id }, text), field)
}

/**
 * By the page's own form, whose answer brings the page's cookies.
 * @param {string} email @param {string} password
 * @returns {Promise<'in' | 'wrong' | 'tooMany' | 'lost'>}
 */
async function logIn(email, password) {
  const answer = await fetch('/login', {
    method: 'POST',
    body: new URLSearchParams({ email, password }),
    redirect: 'manual',
  }).catch(() => undefined)
  if (answer?.type === 'opaqueredirect') return 'in'
  if (answer?.status === 429) return 'tooMany'
  return answer && answer.status < 500 ? 'wrong' : 'lost'
}

/** @returns {Promise<string | undefined>} */
async function memberNow() {
  const answer = await fetch('/api/v1/me').catch(() => undefined)
  return answer?.ok ? (await answer.json()).id : undefined
}
