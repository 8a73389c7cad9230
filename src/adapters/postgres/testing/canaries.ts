import { sql } from 'kysely'
import type { Author } from '../../../core/identity.ts'
import type { Member } from '../../../core/member.ts'
import type { Store } from '../../../core/store.ts'
import type { ThreadRef } from '../../../core/thread.ts'
import type { Database } from '../database.ts'
import { newId } from '../ids.ts'
import { atMs, grace, place, playOn, thread } from './cast.ts'

/** Someone whose every word, name and id can be found again. */
export const canary: Author = { platform: 'slack', realm: 'T1', userId: 'U-CANARY', name: 'Canary Ada' }

export const directThread: ThreadRef = { ...place, channelId: 'D1', threadId: '200.1' }

/** Tables in which a row holds the canary in any column, by the text of the whole row. */
export async function tablesWithCanary({ handle }: Database): Promise<readonly string[]> {
  const tables = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%' order by tablename`.execute(handle)
  const found: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ found: boolean }>`
      select exists (select from ${sql.table(name)} as t where t::text ilike '%canary%') as found`.execute(
      handle,
    )
    if (rows[0]?.found) found.push(name)
  }
  return found
}

export interface Planted {
  readonly member: Member
  readonly channelDialogueId: string
  readonly directDialogueId: string
  readonly play: ReturnType<typeof playOn>
}

/** Puts the canary wherever a person leaves something, in a channel shared with Grace and in a direct message. */
export async function plantCanaries(store: Store, database: Database): Promise<Planted> {
  const member = await plantMember(store)
  const account = await store.identities.meet(canary)
  await store.members.link(account.id, member.id, atMs)
  const play = playOn(store)
  await play.say(grace, 'What does <@U-CANARY> think?')
  const asked = await play.say(canary, 'canary question')
  await store.messages.revise(asked.id, 'canary question, again', ['canary.pdf'], atMs)
  await store.messages.keepCounted(asked.id, { text: 'Canary Ada: canary question', tokens: 3 })
  await answerIn(store, account.id, asked.dialogueId, asked.id)
  await play.say(grace, 'It is high tide.')
  const direct = await store.dialogues.open({
    thread: directThread,
    direct: true,
    title: 'canary in private',
    historyToRead: false,
    delivery: { question: 'canary in private' },
  })
  const secret = await store.messages.append({
    dialogueId: direct.id,
    author: canary,
    ref: '200.1',
    text: 'canary in private',
    files: [],
    sentAtMs: atMs,
  })
  if (!secret) throw new Error('It was said before.')
  await answerIn(store, account.id, direct.id, secret.id)
  await plantRows(store, database, member, asked.dialogueId, direct.id)
  return { member, channelDialogueId: asked.dialogueId, directDialogueId: direct.id, play }
}

async function plantMember(store: Store): Promise<Member> {
  const { id } = await store.members.add({
    id: newId(),
    username: 'canary',
    nickname: 'Canary',
    email: 'canary@acme.example',
    emailConfirmed: true,
    passwordHash: 'hash of canary',
  })
  return store.members.change(id, {
    firstName: 'Canary',
    lastName: 'Canary',
    job: 'Canary',
    settings: { instructions: 'Call me canary.' },
  })
}

/** A Turn from asked to done, with what the model was asked and answered. */
async function answerIn(store: Store, askerId: string, dialogueId: string, messageId: string): Promise<void> {
  const play = playOn(store)
  const turn = await store.turns.accept({ dialogueId, messageIds: [messageId], askerId, atMs })
  const { lease } = await play.begin()
  const id = newId()
  await store.modelCalls.begin(
    {
      id,
      turnId: turn.id,
      purpose: 'answer',
      request: { model: 'm', maxTokens: 9, messages: [{ role: 'user', content: 'canary question' }] },
      receipt: {
        messages: { included: 1, summarised: 0, dropped: 0 },
        tokens: { instructions: 1, asked: 1, summary: 0, history: 0, reserved: 9, limit: 99 },
      },
      startedAtMs: atMs,
    },
    lease,
  )
  await store.modelCalls.end(id, {
    response: { choices: [{ index: 0, role: 'assistant', content: 'Dear canary.' }] },
    endedAtMs: atMs,
  })
  await store.summaries.save(dialogueId, {
    text: 'The canary asked.',
    tokens: 4,
    throughPosition: 1_000_000,
    messages: 2,
  })
  await store.turns.deliver(turn.id, lease, { end: 'done', text: 'Dear canary.', tokens: 3 })
  await store.turns.end(turn.id, lease)
}

async function plantRows(
  store: Store,
  { handle }: Database,
  member: Member,
  channelDialogueId: string,
  directDialogueId: string,
): Promise<void> {
  const observer = await store.members.add({ id: newId(), username: 'grace', nickname: 'Grace' })
  await store.audits.add({
    atMs,
    actorId: member.id,
    action: 'login',
    subject: member.id,
    detail: { email: 'canary@acme.example' },
    address: '203.0.113.7',
  })
  await store.notices.add(member.id, { kind: 'hello', detail: { name: 'canary' }, atMs })
  await store.notices.add(observer.id, { kind: 'invited', detail: { by: 'canary@acme.example' }, atMs })
  await store.jobs.enqueue({
    kind: 'mail',
    lane: 'mail:canary@acme.example',
    payload: { email: 'canary@acme.example' },
  })
  await store.rateLimits.take('login:canary@acme.example', { tries: 5, windowMs: 60_000 }, atMs)
  await store.publications.publish({
    dialogueId: directDialogueId,
    memberId: member.id,
    atMs,
    masksNames: false,
    isIndexed: true,
  })
  await store.breakGlasses.add({
    dialogueId: directDialogueId,
    memberId: observer.id,
    reason: 'The canary complained.',
    openedAtMs: atMs,
    untilMs: atMs + 60_000,
  })
  await handle
    .updateTable('dialogues')
    .set({ title: 'About a canary', title_by: 'model' })
    .where('id', '=', channelDialogueId)
    .execute()
  await handle
    .updateTable('dialogues')
    .set({ delivery: sql`delivery || '{"question": "canary question"}'` })
    .where('id', '=', channelDialogueId)
    .execute()
  await handle
    .insertInto('logins')
    .values({ provider: 'github', issuer: 'x', subject: 'canary', member_id: member.id, label: 'canary' })
    .execute()
  await store.sessions.start({
    memberId: member.id,
    method: 'password',
    atMs,
    expiresAtMs: atMs + 60_000,
    refreshHash: 'canary hash',
    userAgent: 'Canary browser',
  })
  for (const [key, threadId] of [
    [`press:1:U-CANARY`, thread.threadId],
    ['message:200.1', directThread.threadId],
  ] as const) {
    const event = { key, kind: 'message', place: threadId === thread.threadId ? place : directThread }
    await store.decisions.claim(event)
    await store.decisions.record(event, {
      decision: { outcome: 'answered', reason: 'mention' },
      threadId,
      by: canary,
    })
  }
}
