import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { atMs } from '../../adapters/postgres/testing/cast.ts'
import type { TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember, viewerOf } from '../../adapters/postgres/testing/people.ts'
import { readersOn } from '../../adapters/postgres/testing/readers.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Author } from '../../core/identity.ts'
import { createInbox } from '../../core/inbox.ts'
import type { Language, Member } from '../../core/member.ts'
import { linkMaking } from '../../core/testing/link-making.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { ThreadRef } from '../../core/thread.ts'
import { wordsIn } from '../../core/words.ts'
import { chatRoutes } from '../chats/chat-routes.ts'
import { createCompany } from '../company.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import { builtInAgent } from '../../core/agent.ts'
import { oneAgent } from '../../core/own-instructions.ts'
import { createTalk } from '../talk.ts'

const nowMs = () => atMs
const clock = { nowMs, sleep: () => Promise.resolve() }

/** The pages of dialogues over a real database, at `atMs`, visited by whom the test says. Nobody answers. */
export function openChatHouse({ store, database }: TestDatabase) {
  const readers = readersOn({ store, database })
  const { history } = readers
  const inbox = createInbox({ store, clock, log: silentLog, trail: () => {}, linking: linkMaking })
  const routes = chatRoutes({
    history,
    changes: store.changes,
    talk: createTalk({
      store,
      inbox,
      history,
      nowMs,
      newId: randomUUID,
      agents: oneAgent(store, builtInAgent('scripted')),
    }),
    company: createCompany({ store, history, nowMs }),
    audience: { refresh: () => Promise.resolve() },
    nowMs,
    urlOf: ({ platform, channelId, threadId }, ref) =>
      `https://${platform}.example/${channelId}/${ref ?? threadId}`,
  })

  function appFor(member: Member | undefined, language: Language) {
    const app = new Hono<WebEnv>()
    app.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', language)
      c.set('words', wordsIn(language))
      const now = member && (await store.members.get(member.id))
      const viewer = now && (await store.members.viewer(now.id))
      c.set(
        'signedIn',
        now && viewer ? { member: now, viewer, sessionId: 's', via: 'cookie' as const } : undefined,
      )
      await next()
    })
    app.route('/', routes)
    app.onError(answerFailure(silentLog))
    app.notFound(() => {
      throw new ParleyError('not_found', 'There is nothing here.')
    })
    return app
  }

  /** One request as this Member's browser sends it; as nobody's without. */
  async function visit(
    member: Member | undefined,
    path: string,
    { form, part, language = 'en' }: Visiting = {},
  ) {
    const response = await appFor(member, language).request(path, {
      headers: { accept: 'text/html', ...(part === undefined ? {} : { 'Parley-Part': part }) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    const location = response.headers.get('location') ?? ''
    return { status: response.status, location, text: await response.text() }
  }

  /** A Member with these accounts linked to them. */
  async function join(name: string, ...accounts: readonly Author[]): Promise<Member> {
    const member = await addMember(store, name)
    for (const account of accounts)
      await store.members.link((await store.identities.meet(account)).id, member.id, atMs)
    return member
  }

  /** A web Dialogue of this Member's, in which they said something. */
  async function webChat(member: Member, title: string) {
    const viewer = await viewerOf(store, member)
    const [own] = await store.members.identities(member.id)
    if (!own) throw new Error('A member has a web account.')
    const id = await readers.webDialogue({ ...viewer, identityIds: [own.id] }, title)
    const { thread } = await store.dialogues.get(id)
    const author: Author = { platform: 'web', realm: own.realm, userId: own.userId, name: member.nickname }
    return { id, thread, author }
  }

  /** A question that was changed, and its answer with what it was given. */
  async function converse(author: Author, text: string, thread: ThreadRef) {
    const turn = await readers.ask(author, text, thread)
    const [messageId = ''] = await store.turns.askedIds(turn.id)
    await store.messages.revise(messageId, `${text}, again`, [], atMs)
    const { lease } = await readers.begin()
    await store.modelCalls.begin(
      {
        id: randomUUID(),
        turnId: turn.id,
        purpose: 'answer',
        request: { model: 'm', maxTokens: 9, messages: [] },
        receipt: {
          messages: { included: 1, summarised: 0, dropped: 0 },
          tokens: { instructions: 1, asked: 1, summary: 0, history: 0, reserved: 9, limit: 99 },
        },
        startedAtMs: atMs,
      },
      lease,
    )
    await store.turns.deliver(turn.id, lease, { end: 'done', text: `Answer to ${text}`, tokens: 4 })
    await store.turns.end(turn.id, lease)
    const answered = await store.changes.turn(turn.id)
    return { turnId: turn.id, messageId, answerId: answered?.messageId ?? '', dialogueId: turn.dialogueId }
  }

  return { ...readers, store, database, routes, visit, join, webChat, converse }
}

interface Visiting {
  /** What is posted; without it the page is asked for. */
  readonly form?: Readonly<Record<string, string>>
  readonly part?: 'list' | 'messages' | 'fold'
  readonly language?: Language
}
