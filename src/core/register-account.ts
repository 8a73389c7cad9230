import type { Accounts, Newcomer, Registration } from './account.ts'
import { type AccountDependencies, tryFrom } from './account-dependencies.ts'
import { orderMail } from './account-mail.ts'
import { emailProblem } from './email-address.ts'
import { ParleyError, toParleyError } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Member, NewMember } from './member.ts'
import { passwordProblem } from './password.ts'
import { toNickname } from './profile.ts'
import { registrationsPerAddress } from './rate-limit.ts'
import type { Store } from './store.ts'
import { fieldProblem, refuse } from './typed-text.ts'
import { proposeUsername, toUsername, usernameProblem } from './username.ts'

export function registering(deps: AccountDependencies): Pick<Accounts, 'register' | 'admit'> {
  return {
    async register(registration, from) {
      const { email, username } = readRegistration(deps, registration)
      await tryFrom(deps, 'register', from, registrationsPerAddress)
      await refuseTaken(deps.store, email, username)
      const passwordHash = await deps.hasher.hash(registration.password)
      const { language } = registration
      return addWithName(deps, username, email, async (stores, free) => {
        const member = { id: deps.newId(), username: free, nickname: free, email, passwordHash }
        await stores.members.add(member)
        await orderMail(stores, { kind: 'confirm', email, language })
        return stores.members.change(member.id, { settings: { language } })
      })
    },
    admit: (newcomer, also) => admit(deps, newcomer, also),
  }
}

function readRegistration({ commonPasswords }: AccountDependencies, typed: Registration) {
  const email = typed.email.trim()
  const username = typed.username === undefined ? '' : toUsername(typed.username)
  const { password, passwordAgain } = typed
  const isDifferent = passwordAgain !== undefined && passwordAgain !== password
  refuse([
    fieldProblem('email', emailProblem(email)),
    fieldProblem('username', username === '' ? undefined : usernameProblem(username)),
    fieldProblem('password', passwordProblem(password, [email, username], commonPasswords)),
    fieldProblem('passwordAgain', isDifferent ? 'different' : undefined),
  ])
  return { email, username: username === '' ? undefined : username }
}

/** Both at once, so that a person mends both at once. */
async function refuseTaken({ members }: Store, email: string, username: string | undefined): Promise<void> {
  const [holder, namesake] = await Promise.all([
    members.findByEmail(email),
    username === undefined ? undefined : members.findByUsername(username),
  ])
  const fields: FieldProblem[] = [
    ...(holder ? [{ field: 'email', code: 'taken' } as const] : []),
    ...(namesake ? [{ field: 'username', code: 'taken' } as const] : []),
  ]
  if (holder)
    throw new ParleyError('email_taken', 'There is an account with this e-mail already.', { fields })
  if (namesake) throw new ParleyError('username_taken', 'That username is taken.', { fields })
}

async function admit(
  deps: AccountDependencies,
  newcomer: Newcomer,
  also: Parameters<Accounts['admit']>[1],
): Promise<Member> {
  const { language, emailConfirmed } = newcomer
  const email = newcomer.email?.trim()
  if (email !== undefined) refuse([fieldProblem('email', emailProblem(email))])
  const from = newcomer.username ?? newcomer.nickname ?? email ?? ''
  return addWithName(deps, undefined, from, async (stores, username) => {
    const member: NewMember = {
      id: deps.newId(),
      username,
      nickname: toNickname(newcomer.nickname ?? '') || username,
      ...(email === undefined ? {} : { email, emailConfirmed }),
    }
    await stores.members.add(member)
    if (email !== undefined && !emailConfirmed) await orderMail(stores, { kind: 'confirm', email, language })
    const admitted = await stores.members.change(member.id, { settings: { language } })
    await also?.(stores, admitted)
    return admitted
  })
}

const proposals = 8

/** A name that was typed is taken or refused; one that is proposed gives way to those that are there. */
async function addWithName(
  { store, secrets }: AccountDependencies,
  typed: string | undefined,
  from: string,
  add: (stores: Parameters<Parameters<Store['atomically']>[0]>[0], username: string) => Promise<Member>,
): Promise<Member> {
  for (let attempt = 0; ; attempt += 1) {
    const username =
      typed ??
      proposeUsername(
        from,
        attempt,
        secrets
          .make()
          .replaceAll(/[^a-z\d]/g, '')
          .slice(0, 6),
      )
    const isLast = typed !== undefined || attempt === proposals - 1
    if (!isLast && (await store.members.findByUsername(username))) continue
    try {
      return await store.atomically(stores => add(stores, username))
    } catch (thrown) {
      if (isLast || toParleyError(thrown).code !== 'username_taken') throw thrown
    }
  }
}
