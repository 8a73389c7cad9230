import type { Newcomer } from './account.ts'
import { ParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import type { ExternalPerson } from './identity-provider.ts'
import type { Login, LoginKey } from './login.ts'
import type { Member } from './member.ts'
import type { Device } from './session.ts'
import type { SignInAnswer, SignInDependencies, SignInOutcome, SignInRefusal } from './sign-in-with.ts'
import type { SignInPurpose } from './sign-in-attempt.ts'
import type { Store, Stores } from './store.ts'

/** Somebody who came back from a service, and what for. */
export interface Return {
  readonly provider: string
  readonly person: ExternalPerson
  readonly purpose: SignInPurpose
  readonly answer: SignInAnswer
}

/** Does what the round trip was for, or says why not. */
export async function concludeSignIn(deps: SignInDependencies, back: Return): Promise<SignInOutcome> {
  const { purpose } = back
  const outcome = await (purpose.kind === 'sign_in'
    ? signIn(deps, back)
    : purpose.kind === 'link'
      ? link(deps, back, purpose.memberId)
      : prove(deps, back, purpose))
  if (typeof outcome === 'string') return { kind: 'refused', reason: outcome, purpose }
  return purpose.next === undefined ? outcome : { ...outcome, next: purpose.next }
}

type Concluded = Exclude<SignInOutcome, { kind: 'refused' }> | SignInRefusal

async function signIn(deps: SignInDependencies, back: Return): Promise<Concluded> {
  const { store } = deps
  const known = await store.logins.find(keyOf(back))
  if (known) return enter(await store.members.get(known.memberId))
  try {
    return { kind: 'registered', member: await register(deps, back) }
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    if (thrown.code !== 'email_taken' && thrown.code !== 'conflict') throw thrown
    // Another tab of the same person may have been first.
    const login = await store.logins.find(keyOf(back))
    if (login) return enter(await store.members.get(login.memberId))
    return thrown.code === 'email_taken' ? 'email_taken' : 'account_taken'
  }
}

function enter(member: Member): Concluded {
  return member.suspended ? 'suspended' : { kind: 'signed_in', member }
}

/**
 * An address that the service did not confirm is not taken at all: whoever typed it there would hold it against its
 * owner. One that has an account here is refused by `admit`: a second account would split what the person said in two,
 * and would take the account of the platform with it. Throws `conflict` when login or Identity are another's.
 */
async function register(deps: SignInDependencies, back: Return): Promise<Member> {
  const { store } = deps
  const { person, answer } = back
  const identity = await identityOf(store, person)
  const confirmed = person.email !== undefined && person.emailVerified
  const newcomer: Newcomer = {
    emailConfirmed: confirmed,
    language: answer.language,
    ...(person.name === undefined ? {} : { nickname: person.name }),
    ...(confirmed && person.email !== undefined ? { email: person.email } : {}),
  }
  let isAttached = false
  const member = await deps.admit(newcomer, async (stores, made) => {
    await attach(deps, stores, back, made, identity)
    isAttached = true
  })
  if (!isAttached) throw new ParleyError('internal', 'Someone was admitted without their way in.')
  return member
}

/** Login and Identity become this Member's, or `conflict` is thrown and the transaction with it. */
async function attach(
  deps: SignInDependencies,
  stores: Stores,
  back: Return,
  member: Member,
  identity: Identity | undefined,
): Promise<void> {
  const { provider, answer } = back
  if (!(await stores.logins.add(loginOf(back, member.id)))) throw taken()
  await auditLogin(deps, stores, 'login.add', { memberId: member.id, provider, from: answer.from })
  if (!identity) return
  const before = await stores.members.ofIdentity(identity.id)
  if (!(await stores.members.link(identity.id, member.id, deps.clock.nowMs()))) throw taken()
  if (!before) await deps.linked?.(stores, identity, member)
}

async function link(deps: SignInDependencies, back: Return, memberId: string): Promise<Concluded> {
  const { store } = deps
  const known = await store.logins.find(keyOf(back))
  if (known && known.memberId !== memberId) return 'login_taken'
  const identity = await identityOf(store, back.person)
  try {
    await store.atomically(async stores =>
      attach(deps, stores, back, await stores.members.get(memberId), identity),
    )
  } catch (thrown) {
    if (thrown instanceof ParleyError && thrown.code === 'conflict') return 'account_taken'
    throw thrown
  }
  return { kind: 'linked', memberId, ...(identity ? { identity } : {}) }
}

/** The round trip has to end as the very account the code was issued to: a forwarded link ends as somebody else's. */
async function prove(
  deps: SignInDependencies,
  back: Return,
  { memberId, identityId, linkCodeHash }: Extract<SignInPurpose, { kind: 'prove' }>,
): Promise<Concluded> {
  const { store } = deps
  const identity = (await store.identities.get([identityId])).get(identityId)
  const { account } = back.person
  const isSame =
    identity !== undefined &&
    account !== undefined &&
    identity.platform === account.platform &&
    identity.realm === account.realm &&
    identity.userId === account.userId
  if (!isSame) return 'other_account'
  const redeemed = await deps.redeem?.({ memberId, identityId, linkCodeHash }, back.answer.from)
  if (redeemed !== 'redeemed') return redeemed === 'taken' ? 'account_taken' : 'code_stale'
  // Both sides are proven: from now on it is a way in as well, unless it is another's.
  if (await store.logins.add(loginOf(back, memberId))) {
    const by = { memberId, provider: back.provider, from: back.answer.from }
    await auditLogin(deps, store, 'login.add', by)
  }
  return { kind: 'proven', memberId, identity }
}

/** The account on the platform; a name that is known from there is better than the one told here. */
async function identityOf(store: Store, { account, name }: ExternalPerson): Promise<Identity | undefined> {
  if (!account) return undefined
  const met = await store.identities.meet(account)
  return met.name === undefined && name !== undefined ? store.identities.meet({ ...account, name }) : met
}

function loginOf(back: Return, memberId: string): Omit<Login, 'createdAtMs'> {
  const { email, name, subject } = back.person
  return { ...keyOf(back), memberId, label: email ?? name ?? subject }
}

function keyOf({ provider, person }: Return): LoginKey {
  return { provider, issuer: person.issuer, subject: person.subject }
}

/** Who got or lost which way in, and from where. */
export async function auditLogin(
  { clock }: SignInDependencies,
  stores: Stores,
  action: 'login.add' | 'login.remove',
  by: { readonly memberId: string; readonly provider: string; readonly from: Device },
): Promise<void> {
  await stores.audits.add({
    atMs: clock.nowMs(),
    actorId: by.memberId,
    action,
    subject: by.memberId,
    detail: { provider: by.provider },
    ...(by.from.address === undefined ? {} : { address: by.from.address }),
  })
}

const taken = () => new ParleyError('conflict', 'This account is linked to another member.')
