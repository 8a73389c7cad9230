import { describe, expect, it, onTestFinished } from 'vitest'
import { memoryJournal } from '../journal.ts'
import type { SlackEntry } from './entry.ts'
import { serveSlack } from './serve.ts'
import { createWorld } from './world.ts'
import { boltOnSocket } from './testing/bolt-app.ts'
import { rawSocket } from './testing/raw-socket.ts'
import { eventually, standIn } from './testing/stand-in.ts'

const support = { channelId: 'C0SUPPORT' }
const hasty = { ackTimeoutMs: 60, retryDelaysMs: [0, 10, 20] }

describe('delivery over Socket Mode', () => {
  it('what is acknowledged comes once', async () => {
    const server = await standIn()
    const { slack } = server
    await boltOnSocket(server, () => {})
    slack.player.say(support, 'U0ADA', 'once')
    await eventually(() => expect(slack.deliveries.map(({ outcome }) => outcome)).toEqual(['acked']))
    slack.player.say(support, 'U0ADA', 'and this once')
    await eventually(() => expect(slack.deliveries.map(({ outcome }) => outcome)).toEqual(['acked', 'acked']))
  })

  it('what is never acknowledged comes four times and is given up', async () => {
    const server = await standIn(hasty)
    const socket = await rawSocket(server)
    server.slack.player.say(support, 'U0ADA', 'hello?')
    await eventually(() =>
      expect(server.slack.deliveries.map(({ outcome }) => outcome)).toEqual(Array(4).fill('timeout')),
    )
    expect(socket.frames.map(frame => [frame.retry_attempt, frame.retry_reason])).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
      [3, 'timeout'],
    ])
    expect(new Set(socket.frames.map(({ envelope_id }) => envelope_id)).size).toBe(1)
    expect(new Set(socket.frames.map(({ payload }) => payload.event_id)).size).toBe(1)
  })

  it('an acknowledgement of the second attempt ends it', async () => {
    const server = await standIn({ ...hasty, ackTimeoutMs: 400 })
    const socket = await rawSocket(server)
    server.slack.player.say(support, 'U0ADA', 'hello?')
    const again = await eventually(() => socket.frames[1] ?? Promise.reject(new Error('not yet')))
    socket.ack(again)
    await eventually(() =>
      expect(server.slack.deliveries.map(({ outcome }) => outcome)).toEqual(['timeout', 'acked']),
    )
  })

  it('an app whose authorize is too slow is sent the event again, as bolt acknowledges after it', async () => {
    const server = await standIn({ ackTimeoutMs: 60, retryDelaysMs: [0] })
    const heard: (number | undefined)[] = []
    let authorizations = 0
    const gate = Promise.withResolvers<void>()
    await boltOnSocket(server, app => {
      const { authorize } = app as unknown as { authorize: (...args: unknown[]) => Promise<unknown> }
      Object.assign(app, {
        async authorize(...args: unknown[]) {
          authorizations += 1
          if (authorizations === 1) await gate.promise
          return authorize(...args)
        },
      })
      app.message(async ({ context }) => void heard.push(context.retryNum))
    })
    server.slack.player.say(support, 'U0ADA', 'hello?')
    await eventually(() => expect(heard).toEqual([1]))
    gate.resolve()
    await eventually(() => expect(heard).toEqual([1, 0]))
  })

  it('each event goes to one of the open sockets', async () => {
    const server = await standIn()
    const one = await rawSocket(server)
    const other = await rawSocket(server)
    for (const text of ['a', 'b', 'c', 'd']) server.slack.player.say(support, 'U0ADA', text)
    await eventually(() => expect(one.frames.length + other.frames.length).toBe(4))
    for (const socket of [one, other]) for (const frame of socket.frames) socket.ack(frame)
    await eventually(() =>
      expect(server.slack.deliveries.every(({ outcome }) => outcome === 'acked')).toBe(true),
    )
    expect([one.frames.length, other.frames.length]).toEqual([2, 2])
  })

  it('what was said while nobody was connected comes with its retry number', async () => {
    const server = await standIn({ ackTimeoutMs: 1000, retryDelaysMs: [0, 500] })
    server.slack.player.say(support, 'U0ADA', 'anybody there?')
    const socket = await rawSocket(server)
    const frame = await eventually(() => socket.frames[0] ?? Promise.reject(new Error('not yet')))
    socket.ack(frame)
    expect([frame.retry_attempt, frame.retry_reason]).toEqual([2, 'connection_failed'])
    await eventually(() =>
      expect(server.slack.deliveries.map(({ via, outcome }) => [via, outcome])).toEqual([
        ['nowhere', 'connection_failed'],
        ['nowhere', 'connection_failed'],
        ['socket', 'acked'],
      ]),
    )
  })

  it('after a restart the first socket gets what was never acknowledged, and only that', async () => {
    const journal = memoryJournal<SlackEntry>()
    // With no retry left, what the closing cuts short must not count as given up.
    const before = await serveSlack({ journal, retryDelaysMs: [] })
    const socket = await rawSocket(before)
    before.slack.player.say(support, 'U0ADA', 'answered')
    before.slack.player.say(support, 'U0ADA', 'in the air')
    await eventually(() => expect(socket.frames).toHaveLength(2))
    for (const frame of socket.frames.slice(0, 1)) socket.ack(frame)
    await eventually(() => expect(before.slack.deliveries[0]?.outcome).toBe('acked'))
    await before.close()

    const after = await standIn({ journal })
    const next = await rawSocket(after)
    await eventually(() => expect(next.frames).toHaveLength(1))
    expect(next.frames[0]).toMatchObject({
      envelope_id: socket.frames[1]?.envelope_id,
      retry_attempt: 1,
      payload: { event: { text: 'in the air' } },
    })
    for (const frame of next.frames) next.ack(frame)
    await eventually(() => expect(after.slack.deliveries[0]?.outcome).toBe('acked'))
    expect(createWorld(journal, Date.now).unsettled()).toEqual([])
  })

  it('a warning is sent, dropped connections close, and a used or unknown path is refused', async () => {
    const server = await standIn()
    const socket = await rawSocket(server)
    server.slack.warnConnections('refresh_requested')
    await eventually(() =>
      expect(socket.frames).toMatchObject([{ type: 'disconnect', reason: 'refresh_requested' }]),
    )
    expect(server.slack.player.view().connections).toBe(1)
    server.slack.player.dropConnections()
    await eventually(() => expect(socket.closed()).toBe(true))
    expect(server.slack.player.view().connections).toBe(0)

    const refused = new WebSocket(
      `${server.apiUrl.replace('http', 'ws').replace('/api/', '')}/slack/socket/none`,
    )
    onTestFinished(() => refused.close())
    expect(await new Promise(resolve => refused.addEventListener('error', ({ type }) => resolve(type)))).toBe(
      'error',
    )
  })
})
