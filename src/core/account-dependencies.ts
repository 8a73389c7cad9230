import type { AvatarMaker } from './account.ts'
import { orderMail } from './account-mail.ts'
import type { Clock } from './clock.ts'
import { ParleyError } from './errors.ts'
import type { MailNews } from './mail.ts'
import type { Member } from './member.ts'
import type { AccountNoticeKind } from './notice.ts'
import type { CommonPasswords, PasswordHasher } from './password.ts'
import { networkOf, type RateLimit, triesPerAccount, triesPerAddress } from './rate-limit.ts'
import type { Secrets } from './secret.ts'
import type { Device, SessionTokens } from './session.ts'
import type { Store, Stores } from './store.ts'

/** What use-cases of accounts are made of. */
export interface AccountDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly commonPasswords: CommonPasswords
  readonly tokens: SessionTokens
  readonly secrets: Secrets
  readonly avatars: AvatarMaker
  readonly newId: () => string
  /** Owners once a link mailed there was followed; in lower case. */
  readonly adminEmails: ReadonlySet<string>
}

/** What may be tried only so often. Each has a count of its own. */
export type Trying = 'login' | 'reset' | 'resend' | 'password' | 'register'

/** Counts a try from this address; throws `rate_limited`. Gives how to take the try back. */
export function tryFrom(
  { store, clock }: AccountDependencies,
  trying: Trying,
  { address }: Device,
  limit: RateLimit = triesPerAddress,
): Promise<() => Promise<void>> {
  return take(store, `${trying} from ${networkOf(address)}`, limit, clock.nowMs())
}

/** Counts a try at this account, whether there is one or not; throws `rate_limited`. */
export function tryAt(
  { store, clock, secrets }: AccountDependencies,
  trying: Trying,
  account: string,
): Promise<() => Promise<void>> {
  return take(store, `${trying} at ${secrets.hash(account.toLowerCase())}`, triesPerAccount, clock.nowMs())
}

async function take({ rateLimits }: Store, key: string, limit: RateLimit, atMs: number) {
  const taken = await rateLimits.take(key, limit, atMs)
  if (!taken.allowed) {
    throw new ParleyError('rate_limited', 'Too many tries.', { retryAfterMs: taken.retryAfterMs })
  }
  return () => rateLimits.giveBack(key, atMs)
}

/** Whether ADMIN_EMAILS names this address, and it is to be an owner's yet. */
export function isOwnerToBe({ adminEmails }: AccountDependencies, { email, role }: Member): boolean {
  return email !== undefined && role !== 'owner' && adminEmails.has(email.toLowerCase())
}

/**
 * Who is named in ADMIN_EMAILS becomes an owner once they followed a link mailed there. What another service says of an
 * address does not do: whoever runs that service, or fools it, would own Parley.
 */
export async function promote(
  deps: AccountDependencies,
  stores: Pick<Stores, 'members' | 'audits' | 'notices'>,
  member: Member,
): Promise<Member> {
  if (!member.emailProven || !isOwnerToBe(deps, member)) return member
  const atMs = deps.clock.nowMs()
  await stores.audits.add({
    atMs,
    action: 'became_owner',
    subject: member.id,
    detail: { why: 'ADMIN_EMAILS' },
  })
  await stores.notices.add(member.id, { kind: 'became_owner', atMs })
  return stores.members.change(member.id, { role: 'owner' })
}

/** On their next page, by mail, and for those who look later. */
export async function tell(
  { clock }: AccountDependencies,
  stores: Stores,
  member: Member,
  news: {
    readonly notice: AccountNoticeKind
    readonly mail?: MailNews
    readonly mailTo?: string
    readonly detail?: string
  },
): Promise<void> {
  const atMs = clock.nowMs()
  await stores.notices.add(member.id, { kind: news.notice, atMs })
  await stores.audits.add({ atMs, actorId: member.id, action: news.notice, subject: member.id, detail: {} })
  const email = news.mailTo ?? member.email
  if (news.mail === undefined || email === undefined) return
  await orderMail(stores, {
    kind: news.mail,
    email,
    language: member.settings.language ?? 'en',
    ...(news.detail === undefined ? {} : { detail: news.detail }),
  })
}
