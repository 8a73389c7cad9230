import { Hono } from 'hono'
import { afterEach, expect, it, vi } from 'vitest'
import type { Database } from '../../adapters/postgres/database.ts'
import { createHistory } from '../../adapters/postgres/history.ts'
import { createStore } from '../../adapters/postgres/store.ts'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import { systemClock } from '../../clock.ts'
import { ParleyError } from '../../core/errors.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { WebEnv } from '../context.ts'
import type { OutFrame } from '../frames.ts'
import { createSeats } from '../seats.ts'
import { textOf } from '../testing/socket-client.ts'
import { openWebHome, signUp, type WebHome } from '../testing/web-home.ts'
import { createEventsApi } from './events.ts'

vi.setConfig({ testTimeout: 90_000 })

const homes: WebHome[] = []
const streams: EventReader[] = []

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.leave()
  for (const home of homes.splice(0)) await home.close()
})

interface SeenEvent {
  readonly event: string
  readonly id?: string
  readonly frame: OutFrame
}

interface EventReader {
  readonly events: SeenEvent[]
  /** Resolves when the other side ended the stream. */
  readonly ended: Promise<void>
  leave(): void
}

/** Reads a stream as a client of server-sent events does. */
async function follow(url: string, headers: Record<string, string>): Promise<EventReader> {
  const leaving = new AbortController()
  const response = await fetch(url, { headers, signal: leaving.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const events: SeenEvent[] = []
  const read = async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(
          block
            .split('\n')
            .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        )
        const [event, data, id] = [fields.get('event'), fields.get('data'), fields.get('id')]
        if (event === undefined || data === undefined) continue
        events.push({ event, frame: JSON.parse(data) as OutFrame, ...(id === undefined ? {} : { id }) })
      }
    }
  }
  const reader = { events, ended: read().catch(() => undefined), leave: () => leaving.abort() }
  streams.push(reader)
  return reader
}

async function serve(database: Database) {
  const home = openWebHome(database)
  homes.push(home)
  const { http } = await home.serve()
  const { token, member } = await signUp(database, 'ada')
  const headers = { authorization: `Bearer ${token}` }
  const made = await home.request(token, 'POST', '/api/v1/dialogues', { title: 'Tides' })
  const { id } = (await made.json()) as { id: string }
  const ask = async (text: string, answer: string) => {
    home.model.script([answer.slice(0, 3), answer.slice(3)])
    const sent = await home.request(token, 'POST', `/api/v1/dialogues/${id}/messages`, { text })
    return ((await sent.json()) as { turnId: string }).turnId
  }
  const url = `${http}/api/v1/dialogues/${id}/events`
  return { home, url, headers, ask, token, member }
}

const eventually = { timeout: 20_000, interval: 20 }
const said = ({ events }: EventReader) =>
  events.flatMap(({ frame }) => (frame.type === 'message' && frame.text !== '' ? [frame.text] : []))

onEveryEngine('the events of a dialogue', open => {
  it('are the frames of the socket, and resume after the last one that was seen', async () => {
    const { database } = await open()
    const { url, headers, ask } = await serve(database)
    const first = await follow(url, headers)
    const turnId = await ask('How often?', 'Twice a day.')
    await expect.poll(() => said(first), eventually).toEqual(['How often?', 'Twice a day.'])
    const frames = first.events.map(({ frame }) => frame)
    expect(textOf(frames, turnId)).toBe('Twice a day.')
    expect(first.events.every(({ event, frame }) => event === frame.type)).toBe(true)
    const stored = first.events.filter(({ frame }) => frame.type === 'message')
    expect(
      stored.every(({ id, frame }) => id !== undefined && 'cursor' in frame && frame.cursor === id),
    ).toBe(true)
    const lastId = first.events.findLast(({ id }) => id !== undefined)?.id ?? ''
    first.leave()
    await first.ended
    await ask('And in winter?', 'As often.')
    const second = await follow(url, { ...headers, 'last-event-id': lastId })
    await expect.poll(() => said(second).at(-1), eventually).toBe('As often.')
    expect(said(second)).toEqual(['And in winter?', 'As often.'])
    const third = await follow(url, { ...headers, 'last-event-id': 'nonsense' })
    await expect.poll(() => said(third).at(-1), eventually).toBe('As often.')
    expect(said(third)).toEqual(['How often?', 'Twice a day.', 'And in winter?', 'As often.'])
  })

  it('end with a word when the session does', async () => {
    const { database } = await open()
    const { url, headers, token, member } = await serve(database)
    const stream = await follow(url, headers)
    await expect.poll(() => stream.events.length, eventually).toBeGreaterThan(0)
    await createStore(database).sessions.end(token, member.id, 'logout', Date.now())
    await stream.ended
    expect(stream.events.at(-1)?.frame).toMatchObject({ type: 'error', code: 'unauthenticated' })
    expect((await fetch(url, { headers })).status).toBe(401)
  })

  it('are nothing to strangers', async () => {
    const { database } = await open()
    const { url } = await serve(database)
    const { token } = await signUp(database, 'grace')
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
  })
})

onEveryEngine('a stream of events that cannot be begun', open => {
  it('says that the database is away, and not that the dialogue is gone', async () => {
    const { database, store } = await open()
    const { url, member, token } = await serve(database)
    const viewer = await store.members.viewer(member.id)
    const whole = createHistory(database, { nowMs: () => systemClock.nowMs() })
    let looks = 0
    const find: typeof whole.find = (...asked) =>
      (looks += 1) === 1
        ? whole.find(...asked)
        : Promise.reject(new ParleyError('database_unavailable', 'It is away.'))
    const app = new Hono<WebEnv>()
      .use(async (c, next) => {
        c.set('language', 'en')
        c.set('signedIn', { member, viewer, sessionId: token, via: 'bearer' })
        await next()
      })
      .route(
        '/',
        createEventsApi({
          history: { ...whole, find },
          changes: store.changes,
          live: { watch: () => () => {} },
          clock: systemClock,
          log: silentLog,
          signals: database.signals,
          sessions: { authenticate: async () => undefined, find: async () => undefined },
          seats: createSeats(),
        }),
      )
    const text = await (await app.request(new URL(url).pathname)).text()
    expect(text).toContain('"code":"database_unavailable"')
    expect(text).not.toContain('not_found')
  })
})
