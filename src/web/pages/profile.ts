import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { maxAvatarBytes } from '../../core/account.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { type NoticeKey, page, withNotice } from '../frame.ts'
import { profileView } from '../views/profile.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'
import { memberOnly, signedInOf } from './member-only.ts'

/** Each form of the page, by the path it is sent to. */
export type ProfileForm = 'names' | 'avatar' | 'email' | 'password' | 'delete'

const names = ['nickname', 'username', 'firstName', 'lastName', 'bornYear', 'job'] as const

/** A picture in its multipart envelope. */
const avatarBodyBytes = maxAvatarBytes + 64 * 1024

export function profileRoutes(deps: AccountPages): Hono<WebEnv> {
  const { accounts, cookies } = deps
  const app = new Hono<WebEnv>()
  app.use('/profile', memberOnly)
  app.use('/profile/*', memberOnly)
  app.get('/profile', c => shown(c, deps))
  const attempt = async (
    c: Context<WebEnv>,
    form: ProfileForm,
    values: Readonly<Record<string, string>>,
    work: () => Promise<NoticeKey>,
  ) => {
    try {
      return c.redirect(withNotice('/profile', await work()), 303)
    } catch (thrown) {
      return shown(c, deps, { form, refused: refusedForm(c, thrown, values) })
    }
  }
  app.post('/profile', async c => {
    const typed = await readForm(c, names)
    return attempt(c, 'names', typed, async () => {
      await accounts.changeProfile(signedInOf(c).member.id, typed)
      return 'profileSaved'
    })
  })
  const tooLarge = (c: Context<WebEnv>) =>
    shown(c, deps, { form: 'avatar', refused: refusedForm(c, avatarTooLarge(), {}) })
  app.post('/profile/avatar', bodyLimit({ maxSize: avatarBodyBytes, onError: tooLarge }), async c => {
    const { avatar } = await c.req.parseBody()
    return attempt(c, 'avatar', {}, async () => {
      if (!(avatar instanceof File) || avatar.size === 0)
        throw new ParleyError('invalid', 'No picture was sent.', {
          fields: [{ field: 'avatar', code: 'required' }],
        })
      if (avatar.size > maxAvatarBytes) throw avatarTooLarge()
      await accounts.setAvatar(signedInOf(c).member.id, new Uint8Array(await avatar.arrayBuffer()))
      return 'pictureSaved'
    })
  })
  app.post('/profile/avatar/remove', c =>
    attempt(c, 'avatar', {}, async () => {
      await accounts.setAvatar(signedInOf(c).member.id, undefined)
      return 'pictureRemoved'
    }),
  )
  app.post('/profile/email', async c => {
    const typed = await readForm(c, ['email', 'currentPassword'])
    return attempt(c, 'email', { email: typed.email }, async () => {
      await accounts.changeEmail(signedInOf(c).member.id, typed, cookies.device(c))
      return 'emailChangeSent'
    })
  })
  app.post('/profile/password', async c => {
    const typed = await readForm(c, ['currentPassword', 'password', 'passwordAgain'])
    return attempt(c, 'password', {}, async () => {
      const { member, sessionId } = signedInOf(c)
      await accounts.changePassword(member.id, typed, { ...cookies.device(c), sessionId })
      return 'passwordChanged'
    })
  })
  app.post('/profile/delete', async c => {
    const { currentPassword, sure } = await readForm(c, ['currentPassword', 'sure'])
    let receiptId: string
    try {
      if (sure === '')
        throw new ParleyError('invalid', 'Not confirmed.', { fields: [{ field: 'sure', code: 'required' }] })
      const { member } = signedInOf(c)
      receiptId = await accounts.deleteAccount(member.id, { currentPassword }, cookies.device(c))
    } catch (thrown) {
      return shown(c, deps, { form: 'delete', refused: refusedForm(c, thrown, {}) })
    }
    cookies.take(c)
    return c.redirect(withNotice(`/forget/receipt/${receiptId}`, 'accountDeleted'), 303)
  })
  return app
}

const avatarTooLarge = () =>
  new ParleyError('invalid', 'The picture is too large.', { fields: [{ field: 'avatar', code: 'too_long' }] })

async function shown(
  c: Context<WebEnv>,
  { profileCards = [] }: AccountPages,
  sent?: { readonly form: ProfileForm; readonly refused: Refused },
) {
  const words = c.get('words')
  const cards = await Promise.all(profileCards.map(async card => card(c)))
  return page(c, {
    title: words.profile.title,
    body: profileView(
      words,
      signedInOf(c).member,
      cards,
      sent && { form: sent.form, typed: sent.refused.typed },
    ),
    scripts: ['hints.js'],
    refused: sent?.refused,
  })
}
