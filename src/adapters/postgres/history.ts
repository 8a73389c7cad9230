import type { History } from '../../core/history.ts'
import type { Viewer } from '../../core/member.ts'
import type { Database } from './database.ts'
import { readFacets } from './history-facets.ts'
import { indexBatch } from './history-index.ts'
import { findDialogue, listDialogues, pinnedDialogues } from './history-list.ts'
import { hide, rename, setPinned } from './history-marks.ts'
import { readMessages, readVersions } from './history-messages.ts'
import { readReceipt } from './history-receipt.ts'
import { searchDialogues } from './history-search.ts'
import type { Sight } from './history-visible.ts'

/** What Viewers read. It takes no part in transactions: each question is one look at what is. */
export function createHistory(
  { handle }: Pick<Database, 'handle'>,
  { nowMs }: { readonly nowMs: () => number },
): History {
  const seenBy = (viewer: Viewer): Sight => ({ viewer, now: new Date(nowMs()) })
  return {
    list: (viewer, filter, page) => listDialogues(handle, seenBy(viewer), filter, page),
    pinned: viewer => pinnedDialogues(handle, seenBy(viewer)),
    search: (viewer, query, filter, page) => searchDialogues(handle, seenBy(viewer), query, filter, page),
    find: (viewer, dialogueId) => findDialogue(handle, seenBy(viewer), dialogueId),
    messages: (viewer, dialogueId, page) => readMessages(handle, seenBy(viewer), dialogueId, page),
    versions: (viewer, messageId) => readVersions(handle, seenBy(viewer), messageId),
    receipt: (viewer, turnId) => readReceipt(handle, seenBy(viewer), turnId),
    facets: viewer => readFacets(handle, seenBy(viewer)),
    setPinned: (viewer, dialogueId, pinned, atMs) =>
      setPinned(handle, seenBy(viewer), dialogueId, pinned, atMs),
    hide: (viewer, dialogueId, atMs) => hide(handle, seenBy(viewer), dialogueId, atMs),
    rename: (viewer, dialogueId, title) => rename(handle, seenBy(viewer), dialogueId, title),
  }
}

/** Makes findable whatever is not yet, until there is nothing left; for the start and for now and then. */
export async function indexAll({ handle }: Pick<Database, 'handle'>): Promise<number> {
  let made = 0
  for (let batch = await indexBatch(handle); batch > 0; batch = await indexBatch(handle)) made += batch
  return made
}
