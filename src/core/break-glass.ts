import { ParleyError } from './errors.ts'
import type { Member } from './member.ts'
import type { Stores } from './store.ts'
import { tellLater } from './telling.ts'
import type { Place } from './thread.ts'

/** An administrator's reading of one Dialogue that is not theirs: for a reason, for a time, and told. */
export interface BreakGlass {
  readonly id: string
  readonly dialogueId: string
  readonly memberId: string
  readonly reason: string
  readonly title: string
  readonly openedAtMs: number
  readonly untilMs: number
}

/** One of them in a list: whose Dialogue's words it opened is not said there. */
export interface GlassEntry extends Omit<BreakGlass, 'title'> {
  readonly place: Place
  /** What the platform calls the channel, where it told. */
  readonly channelName?: string
  readonly direct: boolean
  /** Whoever opened it. */
  readonly nickname: string
}

/** Longer than an hour is opened anew, with a reason anew. */
export const maxGlassMinutes = 60
const maxReasonLength = 500

export interface BreakGlasses {
  /** Throws `not_found` when there is no such Dialogue. */
  add(glass: Omit<BreakGlass, 'id' | 'title'>): Promise<BreakGlass>
  find(id: string): Promise<BreakGlass | undefined>
  /** The accounts of everyone who owns the Dialogue, was invited to it or spoke in it. */
  peopleIn(
    dialogueId: string,
  ): Promise<readonly { readonly identityId: string; readonly memberId?: string }[]>
  /** Newest first, at most `limit`, those before the one with id `before`. */
  list(page: { readonly limit: number; readonly before?: string }): Promise<readonly GlassEntry[]>
  /** Ends one's own before its time. */
  close(id: string, memberId: string, atMs: number): Promise<void>
}

/** Ends one before its time, whoever opened it. Throws `forbidden`, `not_found`. To be called in a transaction. */
export async function closeGlass(
  stores: Stores,
  { member, atMs, address }: { readonly member: Member; readonly atMs: number; readonly address?: string },
  id: string,
): Promise<void> {
  refuseOthers(member)
  const glass = await stores.breakGlasses.find(id)
  if (!glass) throw new ParleyError('not_found', 'There is no such opening.')
  if (glass.untilMs <= atMs) return
  await stores.breakGlasses.close(id, glass.memberId, atMs)
  await stores.audits.add({
    atMs,
    actorId: member.id,
    action: 'glass_closed',
    subject: glass.dialogueId,
    detail: { glassId: id },
    ...(address === undefined ? {} : { address }),
  })
}

function refuseOthers({ role }: Member): void {
  if (role !== 'owner' && role !== 'admin')
    throw new ParleyError('forbidden', 'Only an owner or admin may open a dialogue of others.')
}

/**
 * Opens one Dialogue to an owner or admin for at most an hour, on record, and tells everybody in it. Throws `forbidden`,
 * `invalid` with the field, `not_found`. To be called in a transaction.
 */
export async function breakGlass(
  stores: Stores,
  member: Member,
  wish: {
    readonly dialogueId: string
    readonly reason: string
    readonly minutes: number
    /** Whence it was asked. */
    readonly address?: string
  },
  atMs: number,
): Promise<BreakGlass> {
  refuseOthers(member)
  const reason = wish.reason.trim()
  if (reason === '' || reason.length > maxReasonLength)
    throw new ParleyError('invalid', 'Give a reason of at most 500 characters.', {
      fields: [{ field: 'reason', code: reason === '' ? 'required' : 'too_long' }],
    })
  if (!Number.isInteger(wish.minutes) || wish.minutes < 1 || wish.minutes > maxGlassMinutes)
    throw new ParleyError('invalid', 'Open it for 1 to 60 minutes.', {
      fields: [{ field: 'minutes', code: 'out_of_range' }],
    })
  const glass = await stores.breakGlasses.add({
    dialogueId: wish.dialogueId,
    memberId: member.id,
    reason,
    openedAtMs: atMs,
    untilMs: atMs + wish.minutes * 60_000,
  })
  await stores.audits.add({
    atMs,
    actorId: member.id,
    action: 'glass_broken',
    subject: glass.dialogueId,
    detail: { glassId: glass.id, reason, minutes: wish.minutes },
    ...(wish.address === undefined ? {} : { address: wish.address }),
  })
  await tellPeople(stores, glass, atMs)
  return glass
}

/** On their platforms each account, on the web each Member once. */
async function tellPeople(stores: Stores, glass: BreakGlass, atMs: number): Promise<void> {
  const told = new Set([glass.memberId])
  for (const { identityId, memberId } of await stores.breakGlasses.peopleIn(glass.dialogueId)) {
    if (memberId !== glass.memberId)
      await tellLater(stores.jobs, identityId, { news: 'glass', glassId: glass.id })
    if (memberId === undefined || told.has(memberId)) continue
    told.add(memberId)
    await stores.notices.add(memberId, {
      kind: 'glass_broken',
      detail: { glassId: glass.id, dialogueId: glass.dialogueId },
      atMs,
    })
  }
}
