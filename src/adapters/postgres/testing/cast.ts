import type { Author } from '../../../core/identity.ts'
import type { Job } from '../../../core/job.ts'
import type { Message } from '../../../core/message.ts'
import type { Store } from '../../../core/store.ts'
import type { ThreadRef } from '../../../core/thread.ts'
import type { Turn } from '../../../core/turn.ts'

export const ada: Author = { platform: 'slack', realm: 'T1', userId: 'U-ADA', name: 'Ada' }
export const grace: Author = { platform: 'slack', realm: 'T1', userId: 'U-GRACE', name: 'Grace' }
export const linus: Author = { platform: 'slack', realm: 'T1', userId: 'U-LINUS' }

export const place = { platform: 'slack', workspaceId: 'T1', channelId: 'C1' } as const
export const thread: ThreadRef = { ...place, threadId: '100.1' }
export const atMs = Date.UTC(2026, 10, 21, 9)

/** What the tests do to a store, in the words of a chat. */
export function playOn(store: Store) {
  let said = 0
  const open = (where = thread) =>
    store.dialogues.open({ thread: where, direct: false, title: 'Tides', historyToRead: false })

  async function say(author: Author, text: string, where = thread): Promise<Message> {
    const dialogue = await open(where)
    said += 1
    const message = await store.messages.append({
      dialogueId: dialogue.id,
      author,
      ref: `${where.threadId}/${said}`,
      text,
      files: [],
      sentAtMs: atMs + said,
    })
    if (!message) throw new Error('It was said before.')
    return message
  }

  /** Says it to Parley, as the inbox would take it. */
  async function ask(author: Author, text: string, where = thread): Promise<Turn> {
    const { id, dialogueId, sentAtMs } = await say(author, text, where)
    const asker = await store.identities.meet(author)
    const turn = await store.turns.accept({ dialogueId, messageIds: [id], askerId: asker.id, atMs: sentAtMs })
    return store.turns.get(turn.id)
  }

  async function claim(leaseMs = 30_000): Promise<Job> {
    const [job] = await store.jobs.claim(['turn'], leaseMs)
    if (!job) throw new Error('There is no job.')
    return job
  }

  /** Claims the next Turn and begins it. */
  async function begin(leaseMs?: number) {
    const job = await claim(leaseMs)
    const brief = await store.turns.begin(String(job.payload['turnId']), job.lease)
    if (!brief) throw new Error('The turn has ended.')
    return { job, lease: job.lease, brief }
  }

  /** Runs the next Turn to its end; gives what it answered. */
  async function answer(text = 'Twice a day.'): Promise<readonly string[]> {
    const { lease, brief } = await begin()
    await store.turns.deliver(brief.turn.id, lease, { end: 'done', text, tokens: 4 })
    await store.turns.end(brief.turn.id, lease)
    return brief.asked.map(message => message.text)
  }

  return { open, say, ask, claim, begin, answer }
}
