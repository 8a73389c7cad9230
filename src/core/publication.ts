import { ParleyError } from './errors.ts'
import type { DialogueEntry, History, Page, PageRequest } from './history.ts'
import { nameMentions } from './mention.ts'
import type { Viewer } from './member.ts'
import type { Stores } from './store.ts'
import type { Platform } from './thread.ts'

/** A Dialogue that anybody can read. */
export interface Publication {
  readonly dialogueId: string
  /** With masks in place of names, where names are masked. */
  readonly title: string
  readonly platform: Platform
  readonly publishedAtMs: number
  readonly masksNames: boolean
  /** Search engines may list it. */
  readonly isIndexed: boolean
  /** Its own Member published it; false where the whole web history is public. */
  readonly byHand: boolean
}

/** A message as strangers see it: a name or a mask, and nothing that leads to a person. */
export interface PublicMessage {
  readonly position: number
  readonly role: 'user' | 'assistant'
  readonly speaker?: string
  readonly text: string
  readonly version: number
  readonly redacted: boolean
  readonly sentAtMs: number
}

/** What a masked person is called, by the letter of their mask. */
export type Person = (letter: string) => string

export interface Publications {
  publish(publication: {
    readonly dialogueId: string
    readonly memberId: string
    readonly atMs: number
    readonly masksNames: boolean
    readonly isIndexed: boolean
  }): Promise<void>
  unpublish(dialogueId: string): Promise<boolean>
  publisherOf(dialogueId: string): Promise<string | undefined>
  /** With `wholeWeb`, every web Dialogue is public, its names masked unless it was published otherwise. */
  find(dialogueId: string, wholeWeb: boolean, person: Person): Promise<Publication | undefined>
  /** Newest first; same speed at any depth. */
  list(page: PageRequest, wholeWeb: boolean, person: Person): Promise<Page<Publication>>
  /** Along the Dialogue's present branch, oldest first: those after `after`. */
  messages(
    publication: Publication,
    page: { readonly after?: number; readonly limit: number },
    person: Person,
  ): Promise<{ readonly messages: readonly PublicMessage[]; readonly more: boolean }>
}

export interface PublishingDependencies {
  readonly store: Stores
  readonly history: Pick<History, 'find'>
}

/**
 * Whether this Viewer may publish the Dialogue: their own, or a channel's in which they may read, when its workspace
 * allows it. Throws `not_found` for what they may not see, `forbidden` for the rest.
 */
export async function mayPublish(
  { store, history }: PublishingDependencies,
  viewer: Viewer,
  dialogueId: string,
): Promise<DialogueEntry> {
  const entry = await history.find(viewer, dialogueId)
  if (!entry) throw new ParleyError('not_found', 'There is no such dialogue.')
  if (entry.access === 'own') return entry
  const { platform, workspaceId } = entry.thread
  if (entry.access === 'audience' && !entry.direct) {
    const { publishesChannels } = await store.settings.workspace(platform, workspaceId)
    if (publishesChannels) return entry
  }
  throw new ParleyError('forbidden', 'Only a dialogue of your own can be published.')
}

/** Lets anybody read the Dialogue; published again, its choices change. Throws as `mayPublish` says. */
export async function publish(
  deps: PublishingDependencies,
  viewer: Viewer,
  dialogueId: string,
  how: { readonly masksNames: boolean; readonly isIndexed: boolean; readonly atMs: number },
): Promise<void> {
  await mayPublish(deps, viewer, dialogueId)
  await deps.store.publications.publish({ dialogueId, memberId: viewer.memberId, ...how })
  await deps.store.audits.add({
    atMs: how.atMs,
    actorId: viewer.memberId,
    action: 'dialogue_published',
    subject: dialogueId,
    detail: { masksNames: how.masksNames, isIndexed: how.isIndexed },
  })
}

/** Takes it back at once; whoever published it may, although they could not publish it any more. */
export async function unpublish(
  deps: PublishingDependencies,
  viewer: Viewer,
  dialogueId: string,
  atMs: number,
): Promise<void> {
  const publisher = await deps.store.publications.publisherOf(dialogueId)
  if (publisher !== viewer.memberId) {
    const entry = await deps.history.find(viewer, dialogueId)
    if (!entry) throw new ParleyError('not_found', 'There is no such dialogue.')
    if (entry.access !== 'own') throw new ParleyError('forbidden', 'Only who published it can take it back.')
  }
  if (!(await deps.store.publications.unpublish(dialogueId))) return
  await deps.store.audits.add({
    atMs,
    actorId: viewer.memberId,
    action: 'dialogue_unpublished',
    subject: dialogueId,
    detail: {},
  })
}

/** The letter of a mask: A to Z, then AA. */
export function maskOf(index: number): string {
  let letters = ''
  for (let left = index; left >= 0; left = Math.floor(left / 26) - 1)
    letters = String.fromCharCode(65 + (left % 26)) + letters
  return letters
}

/**
 * A text as strangers may read it: mentions by what is shown for them, and where names are masked, the names of those
 * who speak too, wherever they stand by themselves.
 */
export function maskedText(
  text: string,
  mentioned: ReadonlyMap<string, string>,
  masked: readonly { readonly name: string | undefined; readonly shown: string }[],
): string {
  const named = nameMentions(text, mentioned)
  return masked
    .filter(({ name }) => name !== undefined && name.trim().length > 1)
    .toSorted((a, b) => (b.name?.length ?? 0) - (a.name?.length ?? 0))
    .reduce((masking, { name = '', shown }) => masking.replace(wholeName(name), shown), named)
}

/** Letters of scripts that put endings right behind a name do not hide it; Latin letters make another word of it. */
function wholeName(name: string): RegExp {
  const escaped = name.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{Script=Latin}\\p{N}_])${escaped}(?![\\p{Script=Latin}\\p{N}_])`, 'giu')
}
