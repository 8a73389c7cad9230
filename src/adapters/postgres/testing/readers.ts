import type { Author, Identity } from '../../../core/identity.ts'
import type { HistoryFilter } from '../../../core/history.ts'
import type { Viewer } from '../../../core/member.ts'
import type { Place, ThreadRef } from '../../../core/thread.ts'
import { createHistory } from '../history.ts'
import { newId } from '../ids.ts'
import { atMs, grace, playOn } from './cast.ts'
import type { TestDatabase } from './databases.ts'

const nowMs = () => atMs

/** What the tests do to have somebody look, at `atMs`. */
export function readersOn({ database, store }: Pick<TestDatabase, 'database' | 'store'>) {
  const { handle } = database
  const history = createHistory(database, { nowMs })
  const play = playOn(store)

  /** Titles of all they see in their list. */
  const titles = async (viewer: Viewer, filter: HistoryFilter = {}) =>
    (await history.list(viewer, filter, { limit: 100 })).items.map(entry => entry.title)

  /** A Dialogue in a thread, in which its title is said. */
  async function talk(title: string, where: ThreadRef, { direct = false, author = grace } = {}) {
    const { id } = await store.dialogues.open({
      thread: where,
      direct,
      title,
      historyToRead: false,
      ...(direct ? { owner: author } : {}),
    })
    await play.say(author, title, where)
    return id
  }

  /** A Member with a web Identity of their own and these accounts linked to it. */
  async function member(name: string, ...accounts: readonly Author[]): Promise<Viewer> {
    const memberId = newId()
    await handle
      .insertInto('members')
      .values({ id: memberId, username: `${name}-${memberId.slice(-8)}`, nickname: name, settings: '{}' })
      .execute()
    const own = [{ platform: 'web', realm: 'web', userId: memberId, name } as const, ...accounts]
    const identityIds: string[] = []
    for (const account of own) {
      const { id } = await store.identities.meet(account)
      await handle.updateTable('identities').set({ member_id: memberId }).where('id', '=', id).execute()
      identityIds.push(id)
    }
    return { memberId, identityIds }
  }

  /** Their platform says that this account reads this place, for so long. */
  async function letRead(account: Author, place: Place, { threadId = '', forMs = 60_000 } = {}) {
    const identity: Identity = await store.identities.meet(account)
    await handle
      .insertInto('audience_places')
      .values({
        identity_id: identity.id,
        platform: place.platform,
        workspace_id: place.workspaceId,
        channel_id: place.channelId,
        thread_id: threadId,
        valid_until: new Date(nowMs() + forMs),
      })
      .execute()
  }

  /** A web Dialogue of this Member's. */
  async function webDialogue(owner: Viewer, title: string): Promise<string> {
    const { id } = await store.dialogues.open({
      thread: webThread(newId()),
      direct: true,
      title,
      historyToRead: false,
    })
    await handle
      .updateTable('dialogues')
      .set({ owner_id: owner.identityIds[0] ?? '' })
      .where('id', '=', id)
      .execute()
    return id
  }

  async function invite(dialogueId: string, { memberId }: Viewer) {
    await handle
      .insertInto('dialogue_members')
      .values({ dialogue_id: dialogueId, member_id: memberId, joined_at: new Date(nowMs()) })
      .execute()
  }

  async function breakGlass(dialogueId: string, { memberId }: Viewer, forMs = 60_000) {
    await handle
      .insertInto('break_glasses')
      .values({
        id: newId(),
        dialogue_id: dialogueId,
        member_id: memberId,
        reason: 'a complaint',
        opened_at: new Date(nowMs()),
        until: new Date(nowMs() + forMs),
      })
      .execute()
  }

  /** Sets when Dialogues were used, for an order that does not hang on how fast a test runs. */
  async function usedAt(dialogueId: string, ms: number) {
    await handle
      .updateTable('dialogues')
      .set({ used_at: new Date(ms) })
      .where('id', '=', dialogueId)
      .execute()
  }

  return { ...play, history, titles, talk, member, letRead, webDialogue, invite, breakGlass, usedAt }
}

export function threadIn(channelId: string, threadId: string, workspaceId = 'T1'): ThreadRef {
  return { platform: 'slack', workspaceId, channelId, threadId }
}

export function webThread(id: string): ThreadRef {
  return { platform: 'web', workspaceId: 'web', channelId: id, threadId: id }
}
