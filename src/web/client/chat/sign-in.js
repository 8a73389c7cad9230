import { element } from './element.js'

/**
 * Asks for the password over the page as it stands, and goes on once it was right.
 * @param {import('./words.js').Said} words
 * @param {() => void} signedIn
 */
export function askToSignIn({ signIn, internal }, signedIn) {
  if (document.querySelector('dialog.sign-in')) return
  const page = document.querySelector('#words')
  const wrong = element('p', { class: 'outcome bad', role: 'alert' })
  const email = element('input', {
    id: 'again-email',
    type: 'email',
    name: 'email',
    autocomplete: 'username',
    required: true,
  })
  const password = element('input', {
    id: 'again-password',
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    required: true,
  })
  const form = element(
    'form',
    { class: 'form' },
    element('h2', { id: 'again-title' }, signIn['title'] ?? ''),
    element('p', {}, signIn['about'] ?? ''),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'again-email' }, signIn['email'] ?? ''),
      email,
    ),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'again-password' }, signIn['password'] ?? ''),
      password,
    ),
    wrong,
    element(
      'div',
      { class: 'form-actions' },
      element('button', { class: 'btn primary' }, signIn['submit'] ?? ''),
      element(
        'a',
        { class: 'btn quiet', href: `/login?next=${encodeURIComponent(location.pathname)}` },
        signIn['otherWays'] ?? '',
      ),
    ),
  )
  const dialog = element('dialog', { class: 'sign-in', 'aria-labelledby': 'again-title' }, form)
  form.addEventListener('submit', event => {
    event.preventDefault()
    wrong.textContent = ''
    void tryIt()
  })
  async function tryIt() {
    const answer = await logIn(email.value, password.value)
    if (answer === 'in') {
      // What stands here, and waits to be sent, is of who opened the page.
      if ((await memberNow()) !== page?.getAttribute('data-me')) return location.reload()
      // Closed first, it would give the focus back to a field that then takes no letter.
      dialog.remove()
      if (before instanceof HTMLElement) before.focus()
      signedIn()
    } else wrong.textContent = signIn[answer] ?? internal
  }
  // The page stays as it is; closing the dialog would leave it there without a way on.
  dialog.addEventListener('cancel', event => event.preventDefault())
  const before = document.activeElement
  email.value = page?.getAttribute('data-email') ?? ''
  document.body.append(dialog)
  dialog.showModal()
  if (email.value !== '') password.focus()
}

/** By the page's own form, whose answer brings the page's cookies. @param {string} email @param {string} password */
async function logIn(email, password) {
  const answer = await fetch('/login', {
    method: 'POST',
    body: new URLSearchParams({ email, password }),
    redirect: 'manual',
  }).catch(() => undefined)
  if (answer?.type === 'opaqueredirect') return 'in'
  if (answer?.status === 429) return 'tooMany'
  return answer?.status === 401 || answer?.status === 422 ? 'wrong' : 'failed'
}

/** Whose session it is now. @returns {Promise<string | undefined>} */
async function memberNow() {
  const answer = await fetch('/api/v1/me').catch(() => undefined)
  return answer?.ok ? (await answer.json()).id : undefined
}
