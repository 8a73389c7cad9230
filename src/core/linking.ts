import type { Identity } from './identity.ts'
import type { Member } from './member.ts'
import type { Stores } from './store.ts'
import { tellJob } from './telling.ts'

/** A LinkCode is good for this long. */
export const linkCodeValidMs = 10 * 60_000

/** What a code is worth when it is looked at. */
export type LinkCodeState =
  | { readonly state: 'open'; readonly identity: Identity; readonly expiresAtMs: number }
  /** Never issued, expired, or replaced by a newer one: the three are not told apart. */
  | { readonly state: 'unknown' }
  | { readonly state: 'spent' }

/** What came of redeeming a code. */
export type Redeemed =
  | { readonly outcome: 'linked'; readonly identity: Identity }
  /** It was this Member's already; nothing changed but the code, which is spent. */
  | { readonly outcome: 'already'; readonly identity: Identity }
  /** Another Member has it: nothing changed, the code neither. */
  | { readonly outcome: 'elsewhere'; readonly identity: Identity }
  | { readonly outcome: 'unknown' | 'spent' }

/** One-time codes that tie an Identity to a Member. Only their hashes are kept. */
export interface LinkCodes {
  /** Gives a new code of 256 random bits for this Identity, the only one it has from now on. */
  issue(identityId: string, atMs: number): Promise<string>
  /** Spends nothing. */
  look(code: string, atMs: number): Promise<LinkCodeState>
  /** Of any number who redeem one code at once, one is told `linked`; the link and the spending are one. */
  redeem(code: string, memberId: string, atMs: number): Promise<Redeemed>
  /** Who an account belongs to now, as far as those in it may know. */
  ownerOf(identityId: string): Promise<LinkedMember | undefined>
  /** Takes the account from whoever has it; gives who that was. The `web` account of a Member stays theirs. */
  unlink(identityId: string): Promise<LinkedMember | undefined>
  /** Accounts linked to this Member, the `web` one left out, with the name of their workspace where it is known. */
  linkedTo(memberId: string): Promise<readonly LinkedAccount[]>
}

export interface LinkedMember {
  readonly id: string
  readonly username: string
  readonly nickname: string
}

export interface LinkedAccount {
  readonly identity: Identity
  readonly workspaceName?: string
  readonly linkedAtMs?: number
}

/** Where a person redeems the code. */
export function linkUrl(publicUrl: string, code: string): string {
  return `${publicUrl.replace(/\/$/, '')}/link/${code}`
}

/** Redeems a code, and tells both sides of a new link: the account on its platform, the Member on the web. */
export async function redeemLink(
  stores: Stores,
  code: string,
  member: Pick<Member, 'id'>,
  atMs: number,
): Promise<Redeemed> {
  const redeemed = await stores.linkCodes.redeem(code, member.id, atMs)
  if (redeemed.outcome !== 'linked') return redeemed
  await stores.jobs.enqueue(tellJob(redeemed.identity.id, { news: 'linked', memberId: member.id }))
  await stores.notices.add({ memberId: member.id, kind: 'linked', detail: accountOf(redeemed.identity) })
  return redeemed
}

/** Unties an account from whoever has it, and tells both sides. Undefined when it was nobody's. */
export async function unlinkAccount(
  stores: Stores,
  identity: Identity,
  tellAccount = true,
): Promise<LinkedMember | undefined> {
  const member = await stores.linkCodes.unlink(identity.id)
  if (!member) return undefined
  if (tellAccount)
    await stores.jobs.enqueue(tellJob(identity.id, { news: 'unlinked', memberId: member.id }))
  await stores.notices.add({ memberId: member.id, kind: 'unlinked', detail: accountOf(identity) })
  return member
}

/** Only what leads to the account: its name is read when it is shown, and gone when it is erased. */
function accountOf(identity: Identity) {
  return { platform: identity.platform, identityId: identity.id }
}
