import { ParleyError } from './errors.ts'
import { showHome } from './home-job.ts'
import type { Identity } from './identity.ts'
import { mailNews } from './mail-news.ts'
import type { Member } from './member.ts'
import type { Secrets } from './secret.ts'
import type { Store, Stores } from './store.ts'
import { tellLater } from './telling.ts'
import { wordsIn } from './words.ts'

/** A LinkCode is good for this long. */
export const linkCodeValidMs = 10 * 60_000

/** A one-time code that ties an Identity to a Member, kept as its hash. */
export interface LinkCode {
  readonly identity: Identity
  readonly expiresAtMs: number
  readonly redeemed: boolean
}

export interface LinkCodes {
  /** The only one this Identity has from now on: those before it are forgotten. */
  add(code: {
    readonly hash: string
    readonly identityId: string
    readonly createdAtMs: number
    readonly expiresAtMs: number
  }): Promise<void>
  /** Looks and spends nothing. */
  find(hash: string): Promise<LinkCode | undefined>
  /** Spends a code that is open; of any number at once one gets it. Undefined when it is spent, old or unknown. */
  spend(hash: string, memberId: string, atMs: number): Promise<Identity | undefined>
  /** What the workspace of this Identity is called, where that is known. */
  workspaceName(identity: Identity): Promise<string | undefined>
}

/** What linking needs to make links: where Parley is reached, and what makes and hashes their secrets. */
export interface LinkMaking {
  readonly publicUrl: string
  readonly secrets: Secrets
}

/** Makes the link that its holder, signed in, ties this account to themselves with. */
export async function issueLink(
  stores: Stores,
  { publicUrl, secrets }: LinkMaking,
  identity: Identity,
  atMs: number,
): Promise<string> {
  const code = secrets.make()
  await stores.linkCodes.add({
    hash: secrets.hash(code),
    identityId: identity.id,
    createdAtMs: atMs,
    expiresAtMs: atMs + linkCodeValidMs,
  })
  return `${publicUrl.replace(/\/+$/, '')}/link/${code}`
}

/** What following a link would do, for the page that asks first. Spends nothing. */
export type LinkOffer =
  | { readonly state: 'open'; readonly identity: Identity; readonly workspaceName?: string }
  /** The account is this Member's already. */
  | { readonly state: 'yours'; readonly identity: Identity }
  /** Another Member has the account. */
  | { readonly state: 'elsewhere'; readonly identity: Identity }
  | { readonly state: 'spent' | 'old' | 'unknown' }

export async function lookAtLink(
  stores: Stores,
  hash: string,
  memberId: string | undefined,
  atMs: number,
): Promise<LinkOffer> {
  const code = await stores.linkCodes.find(hash)
  if (!code) return { state: 'unknown' }
  if (code.redeemed) return { state: 'spent' }
  if (code.expiresAtMs <= atMs) return { state: 'old' }
  const { identity } = code
  const owner = await stores.members.ofIdentity(identity.id)
  if (owner && memberId !== undefined)
    return { state: owner.id === memberId ? 'yours' : 'elsewhere', identity }
  const workspaceName = await stores.linkCodes.workspaceName(identity)
  return { state: 'open', identity, ...(workspaceName === undefined ? {} : { workspaceName }) }
}

/**
 * Spends the code and ties its account to this Member, both or neither; tells both sides. Of any number at once one
 * gets `linked`. An account that is another's stays theirs, and the code is not spent.
 */
export async function redeemLink(
  store: Store,
  hash: string,
  member: Member,
  atMs: number,
): Promise<
  | { readonly state: 'linked'; readonly identity: Identity }
  | Exclude<LinkOffer, { readonly state: 'open' | 'yours' }>
> {
  try {
    return await store.atomically(async stores => {
      const identity = await stores.linkCodes.spend(hash, member.id, atMs)
      if (!identity) {
        const left = await lookAtLink(stores, hash, undefined, atMs)
        return { state: left.state === 'spent' || left.state === 'old' ? left.state : 'unknown' }
      }
      if ((await stores.members.ofIdentity(identity.id))?.id === member.id)
        return { state: 'linked', identity }
      if (!(await stores.members.link(identity.id, member.id, atMs))) throw new Elsewhere(identity)
      await tellLinked(stores, identity, member, atMs)
      return { state: 'linked', identity }
    })
  } catch (thrown) {
    if (thrown instanceof Elsewhere) return { state: 'elsewhere', identity: thrown.identity }
    throw thrown
  }
}

/** Tells both sides of an account that was linked, in the transaction that links it. */
export async function tellLinked(
  stores: Stores,
  identity: Identity,
  member: Member,
  atMs: number,
): Promise<void> {
  await tellLater(stores.jobs, identity.id, { news: 'linked', memberId: member.id })
  await record(stores, 'linked', identity, member, atMs)
}

/** Takes the transaction back, the spending of the code with it. */
class Elsewhere extends ParleyError {
  readonly identity: Identity

  constructor(identity: Identity) {
    super('conflict', 'The account is linked to another member.')
    this.identity = identity
  }
}

/**
 * Unties an account from the Member who has it, and tells both. Undefined when it is nobody's. A Member's own `web`
 * account cannot be untied: throws `forbidden`.
 */
export async function unlinkAccount(
  stores: Stores,
  identity: Identity,
  atMs: number,
  { from }: { readonly from: 'platform' | 'web' },
): Promise<Member | undefined> {
  if (identity.platform === 'web')
    throw new ParleyError('forbidden', 'This account is the member’s own and stays with them.')
  const member = await stores.members.ofIdentity(identity.id)
  if (!member) return undefined
  await stores.members.unlink(identity.id, atMs)
  // Who did it on the platform sees there that it is done.
  if (from === 'web') await tellLater(stores.jobs, identity.id, { news: 'unlinked', memberId: member.id })
  await record(stores, 'unlinked', identity, member, atMs)
  return member
}

/** Details lead to what is told and do not hold it: what is erased meanwhile is not told. */
async function record(
  stores: Stores,
  news: 'linked' | 'unlinked',
  identity: Identity,
  member: Member,
  atMs: number,
): Promise<void> {
  await showHome(stores.jobs, identity.id)
  await stores.notices.add(member.id, {
    kind: `identity_${news}`,
    detail: { platform: identity.platform, identityId: identity.id },
    atMs,
  })
  await stores.audits.add({
    atMs,
    actorId: member.id,
    action: `identity_${news}`,
    subject: identity.id,
    detail: { platform: identity.platform },
  })
  const service = wordsIn(member.settings.language ?? 'en').linking.service(identity.platform)
  const detail = identity.name === undefined ? service : `${identity.name} (${service})`
  await mailNews(stores, member, { kind: `identity_${news}`, detail })
}
