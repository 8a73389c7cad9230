import type { Accounts, NewPassword } from './account.ts'
import { type AccountDependencies, promote, tell, tryAt, tryFrom } from './account-dependencies.ts'
import { orderMail } from './account-mail.ts'
import { emailProblem, sameEmail } from './email-address.ts'
import { ParleyError } from './errors.ts'
import type { MailToken } from './mail-token.ts'
import type { Member } from './member.ts'
import { passwordProblem } from './password.ts'
import type { Stores } from './store.ts'
import { fieldProblem, refuse } from './typed-text.ts'

type MailedLinks = Pick<
  Accounts,
  'peekMailToken' | 'confirm' | 'resendConfirmation' | 'forgotPassword' | 'resetPassword'
>

export function mailedLinks(deps: AccountDependencies): MailedLinks {
  const { store, clock, secrets } = deps
  /** Two limits, then a job: the same for an address with an account and for one without. */
  const mailLink =
    (kind: 'confirm' | 'reset', trying: 'resend' | 'reset'): Accounts['forgotPassword'] =>
    async (typed, language, from) => {
      const email = typed.trim()
      refuse([fieldProblem('email', emailProblem(email))])
      await tryFrom(deps, trying, from)
      await tryAt(deps, trying, email)
      await orderMail(store, { kind, email, language })
    }
  return {
    async peekMailToken(token, purposes) {
      const kept = await store.mailTokens.find(secrets.hash(token))
      if (!kept || !purposes.includes(kept.purpose)) return { state: 'unknown' }
      if (kept.usedAtMs !== undefined) return { state: 'spent' }
      if (kept.expiresAtMs <= clock.nowMs()) return { state: 'old' }
      return { state: 'good', purpose: kept.purpose, email: kept.email }
    },
    confirm: token =>
      store.atomically(async stores => {
        const spent = await stores.mailTokens.spend(secrets.hash(token), ['confirm', 'change'], clock.nowMs())
        if (!spent) throw badToken()
        const member = await stores.members.get(spent.memberId)
        const proven =
          spent.purpose === 'change'
            ? await changeAddress(deps, stores, member, spent)
            : await prove(deps, stores, member, spent)
        return promote(deps, stores, proven)
      }),
    resendConfirmation: mailLink('confirm', 'resend'),
    forgotPassword: mailLink('reset', 'reset'),
    resetPassword: (token, typed) => resetPassword(deps, token, typed),
  }
}

async function prove(
  deps: AccountDependencies,
  stores: Stores,
  member: Member,
  { email }: MailToken,
): Promise<Member> {
  if (!sameEmail(member.email, email)) throw badToken()
  if (member.emailProven) return member
  await tell(deps, stores, member, { notice: 'email_confirmed' })
  return stores.members.change(member.id, { emailConfirmedAtMs: deps.clock.nowMs() })
}

async function changeAddress(
  deps: AccountDependencies,
  stores: Stores,
  member: Member,
  { email }: MailToken,
): Promise<Member> {
  await tell(deps, stores, member, {
    notice: 'email_changed',
    // The old address is told: if it was not its person, they learn of it there.
    ...(sameEmail(member.email, email) ? {} : { mail: 'email_changed' as const, detail: email }),
  })
  return stores.members.change(member.id, { email, emailConfirmedAtMs: deps.clock.nowMs() })
}

async function resetPassword(deps: AccountDependencies, token: string, typed: NewPassword): Promise<Member> {
  const { store, secrets, clock, hasher } = deps
  const hash = secrets.hash(token)
  const kept = await store.mailTokens.find(hash)
  const member = kept && (await store.members.find(kept.memberId))
  if (!member || kept.purpose !== 'reset' || !sameEmail(member.email, kept.email)) throw badToken()
  // A password that cannot be taken must not cost the person their link.
  refuseNewPassword(deps, member, typed)
  const passwordHash = await hasher.hash(typed.password)
  return store.atomically(async stores => {
    if (!(await stores.mailTokens.spend(hash, ['reset'], clock.nowMs()))) throw badToken()
    const atMs = clock.nowMs()
    await stores.sessions.endAll(member.id, 'password', atMs)
    await tell(deps, stores, member, { notice: 'password_reset', mail: 'password_changed' })
    const changed = await stores.members.change(member.id, {
      passwordHash,
      // Only who reads the mail of that address came this far.
      ...(member.emailProven ? {} : { emailConfirmedAtMs: atMs }),
    })
    return promote(deps, stores, changed)
  })
}

export function refuseNewPassword(
  { commonPasswords }: AccountDependencies,
  member: Member,
  { password, passwordAgain }: NewPassword,
): void {
  const own = [member.email, member.username, member.nickname, member.firstName, member.lastName]
  const isDifferent = passwordAgain !== undefined && passwordAgain !== password
  refuse([
    fieldProblem('password', passwordProblem(password, own, commonPasswords)),
    fieldProblem('passwordAgain', isDifferent ? 'different' : undefined),
  ])
}

function badToken(): ParleyError {
  return new ParleyError('token_invalid', 'This link is used up or too old.')
}
