import type { ApiKeyScope } from './api-key.ts'
import type { Clock } from './clock.ts'
import { emailProblem } from './email-address.ts'
import { ParleyError } from './errors.ts'
import type { Keyring } from './keyring.ts'
import type { Member, Role } from './member.ts'
import type { CommonPasswords, PasswordHasher } from './password.ts'
import { passwordProblem } from './password.ts'
import type { ProviderDesk } from './provider-desk.ts'
import type { Secrets } from './secret.ts'
import type { Setup } from './setup.ts'
import type { Store, Stores } from './store.ts'
import { proposeUsername } from './username.ts'

/** What whoever runs Parley does from its terminal, where nobody asks who they are. Each is audited. */
export interface Console {
  /** Makes an owner whose address counts as confirmed. Throws `email_taken`, `invalid`. */
  createAdmin(email: string, password: string): Promise<Member>
  /** Raises somebody, never lowers. Throws `not_found`, `conflict` for who is that already or more. */
  grant(who: string, role: Exclude<Role, 'member'>): Promise<void>
  /** Whether anybody owns Parley. */
  hasOwner(): Promise<boolean>
  /** Everybody with a role: owners first. */
  staff(): Promise<readonly Member[]>
  /** The key itself, for the only time. */
  createApiKey(who: string, name: string, scopes?: readonly ApiKeyScope[]): Promise<string>
  /** Ends every session of theirs. */
  setPassword(who: string, password: string): Promise<void>
  /** Begins to erase somebody; the receipt's id. Nobody who owns Parley is erased. */
  erase(who: string): Promise<string>
  /** Throws `conflict` when somebody owns Parley. */
  setupLink(): Promise<string>
  sealAnew(): Promise<{ readonly sealed: number; readonly lost: number }>
}

export interface ConsoleDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly commonPasswords: CommonPasswords
  readonly secrets: Secrets
  readonly newId: () => string
  readonly keyring: Pick<Keyring, 'make'>
  readonly setup: Pick<Setup, 'link'>
  readonly desk: () => Pick<ProviderDesk, 'sealAnew'>
}

const ranks: Record<Role, number> = { member: 0, auditor: 1, admin: 2, owner: 3 }

export function createConsole(deps: ConsoleDependencies): Console {
  const { store, clock, hasher } = deps
  return {
    createAdmin: (email, password) => createAdmin(deps, email.trim(), password),
    grant: (who, role) =>
      store.atomically(async stores => {
        const { id } = await named(stores, who)
        const member = await stores.members.lock(id)
        if (ranks[member.role] >= ranks[role])
          throw new ParleyError('conflict', `${who} is ${member.role} already.`)
        await stores.members.change(id, { role })
        if (role === 'owner') await stores.notices.add(id, { kind: 'became_owner', atMs: clock.nowMs() })
        await audit(deps, stores, 'role_changed', id, { before: member.role, after: role })
      }),
    hasOwner: () => store.setupLinks.hasOwner(),
    staff: () => store.members.staff(),
    async createApiKey(who, name, scopes) {
      const member = await named(store, who)
      if (member.suspended) throw new ParleyError('account_suspended', `${who} is suspended.`)
      const { secret } = await deps.keyring.make(member, { name, ...(scopes ? { scopes } : {}) }, {})
      return secret
    },
    async setPassword(who, password) {
      const { id, email, username } = await named(store, who)
      checkPassword(deps, password, [email, username])
      const passwordHash = await hasher.hash(password)
      await store.atomically(async stores => {
        await stores.members.change(id, { passwordHash })
        await stores.sessions.endAll(id, 'password', clock.nowMs())
        await stores.notices.add(id, { kind: 'password_changed', atMs: clock.nowMs() })
        await audit(deps, stores, 'password_changed', id, {})
      })
    },
    erase: who =>
      store.atomically(async stores => {
        const { id } = await named(stores, who)
        const { role } = await stores.members.lock(id)
        if (role === 'owner')
          throw new ParleyError('conflict', `${who} owns Parley: make them a member on /admin/members first.`)
        await audit(deps, stores, 'account_deleted', id, {})
        return stores.erasures.begin(id, clock.nowMs())
      }),
    async setupLink() {
      const link = await deps.setup.link()
      if (link === undefined) throw new ParleyError('conflict', 'Somebody owns this Parley already.')
      return link
    },
    sealAnew: () => deps.desk().sealAnew(),
  }
}

const proposals = 8

async function createAdmin(deps: ConsoleDependencies, email: string, password: string): Promise<Member> {
  const { store, hasher, clock, secrets } = deps
  if (emailProblem(email) !== undefined) throw new ParleyError('invalid', `${email} is no e-mail address.`)
  checkPassword(deps, password, [email])
  const passwordHash = await hasher.hash(password)
  for (let attempt = 0; ; attempt += 1) {
    const suffix = secrets
      .make()
      .replaceAll(/[^a-z\d]/g, '')
      .slice(0, 6)
    const username = proposeUsername(email, attempt, suffix)
    if (attempt < proposals && (await store.members.findByUsername(username))) continue
    return store.atomically(async stores => {
      const id = deps.newId()
      await stores.members.add({ id, username, nickname: username, email, passwordHash })
      await audit(deps, stores, 'member_created', id, { role: 'owner' })
      return stores.members.change(id, { role: 'owner', emailConfirmedAtMs: clock.nowMs() })
    })
  }
}

function checkPassword(
  { commonPasswords }: ConsoleDependencies,
  password: string,
  own: readonly (string | undefined)[],
): void {
  const problem = passwordProblem(password, own, commonPasswords)
  if (problem !== undefined)
    throw new ParleyError('invalid', `This password is ${problem.replaceAll('_', ' ')}.`)
}

/** By address, username or id. */
async function named({ members }: Stores, who: string): Promise<Member> {
  const found =
    (await members.findByEmail(who)) ?? (await members.findByUsername(who)) ?? (await members.find(who))
  if (!found) throw new ParleyError('not_found', `There is no member ${who}.`)
  return found
}

async function audit(
  { clock }: ConsoleDependencies,
  { audits }: Stores,
  action: string,
  subject: string,
  detail: Record<string, string>,
): Promise<void> {
  await audits.add({ atMs: clock.nowMs(), action, subject, detail: { why: 'terminal', ...detail } })
}
