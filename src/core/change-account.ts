import type { Accounts, CurrentPassword } from './account.ts'
import { type AccountDependencies, tell, tryAt, tryFrom } from './account-dependencies.ts'
import { orderMail } from './account-mail.ts'
import { keepAnOwner } from './managing.ts'
import { emailProblem, sameEmail } from './email-address.ts'
import { ParleyError } from './errors.ts'
import type { Member } from './member.ts'
import { refuseNewPassword } from './mailed-link.ts'
import { readProfile, readSettings } from './profile.ts'
import { fieldProblem, refuse } from './typed-text.ts'

type Changing = Pick<
  Accounts,
  'changePassword' | 'changeEmail' | 'changeProfile' | 'changeSettings' | 'setAvatar' | 'deleteAccount'
>

export function changingAccount(deps: AccountDependencies): Changing {
  const { store, clock, hasher, avatars } = deps
  return {
    async changePassword(memberId, typed, { sessionId }) {
      const member = await store.members.get(memberId)
      refuseNewPassword(deps, member, typed)
      await proveSelf(deps, member, typed)
      const passwordHash = await hasher.hash(typed.password)
      await store.atomically(async stores => {
        await stores.members.change(memberId, { passwordHash })
        await stores.sessions.endAll(memberId, 'password', clock.nowMs(), sessionId)
        await tell(deps, stores, member, { notice: 'password_changed', mail: 'password_changed' })
      })
    },
    async changeEmail(memberId, typed, from) {
      const member = await store.members.get(memberId)
      const email = typed.email.trim()
      const isSame = member.emailConfirmed && sameEmail(member.email, email)
      refuse([fieldProblem('email', emailProblem(email) ?? (isSame ? 'taken' : undefined))])
      await proveSelf(deps, member, typed)
      await tryFrom(deps, 'resend', from)
      await tryAt(deps, 'resend', email)
      await orderMail(store, { kind: 'change', email, memberId, language: member.settings.language ?? 'en' })
    },
    changeProfile: async (memberId, typed, settings = {}) => {
      const profile = readProfile(typed, new Date(clock.nowMs()).getUTCFullYear())
      return store.atomically(async ({ members }) => {
        const before = await members.lock(memberId)
        return members.change(memberId, { ...profile, settings: readSettings(before.settings, settings) })
      })
    },
    changeSettings: (memberId, typed) =>
      store.atomically(async ({ members }) => {
        const { settings } = await members.lock(memberId)
        return members.change(memberId, { settings: readSettings(settings, typed) })
      }),
    async setAvatar(memberId, image) {
      await store.members.setAvatar(memberId, image && (await avatars.make(image)))
      return store.members.get(memberId)
    },
    async deleteAccount(memberId, proof, { address }) {
      const member = await store.members.get(memberId)
      await proveSelf(deps, member, proof)
      return store.atomically(async stores => {
        await keepAnOwner(stores, memberId, 'username')
        const atMs = clock.nowMs()
        await stores.audits.add({
          atMs,
          actorId: memberId,
          action: 'account_deleted',
          subject: memberId,
          detail: {},
          ...(address === undefined ? {} : { address }),
        })
        if (member.email !== undefined) {
          const language = member.settings.language ?? 'en'
          await orderMail(stores, { kind: 'account_deleted', email: member.email, language })
        }
        return stores.erasures.begin(memberId, atMs)
      })
    },
  }
}

/** A page that was left open is not its person: what cannot be undone asks for the password again. */
async function proveSelf(
  deps: AccountDependencies,
  member: Member,
  { currentPassword = '' }: CurrentPassword,
): Promise<void> {
  if (!member.hasPassword) return
  refuse([fieldProblem('currentPassword', currentPassword === '' ? 'required' : undefined)])
  const giveBack = await tryAt(deps, 'password', member.id)
  const { ok } = await deps.hasher.verify(await deps.store.members.passwordHash(member.id), currentPassword)
  if (!ok) {
    throw new ParleyError('invalid', 'This is not the present password.', {
      fields: [{ field: 'currentPassword', code: 'wrong' }],
    })
  }
  await giveBack()
}
