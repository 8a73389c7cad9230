import { describe, expect, it } from 'vitest'
import { practiceTokens } from './tokens.ts'
import { rawSocket } from './testing/raw-socket.ts'
import { clientOf, eventually, refusalOf, standIn } from './testing/stand-in.ts'

const channel_id = 'C0SUPPORT'

async function thread() {
  const server = await standIn()
  const { messageId } = server.slack.player.say({ channelId: channel_id }, 'U0ADA', 'hm')
  return { ...clientOfThread(server), server, thread_ts: messageId }
}

const clientOfThread = (server: Parameters<typeof clientOf>[0]) => {
  const { agents, assistant } = clientOf(server)
  return { sessions: agents.sessions, threads: assistant.threads }
}

describe('agent sessions', () => {
  it('keep the title they were made with, until they are renamed', async () => {
    const { sessions, thread_ts } = await thread()
    const made = await sessions.setStatus({ channel_id, thread_ts, status: 'processing', title: 'One' })
    expect([made.status, made.title]).toEqual(['processing', 'One'])
    const again = await sessions.setStatus({ channel_id, thread_ts, status: 'suspended', title: 'Two' })
    expect([again.status, again.title]).toEqual(['suspended', 'One'])
    await sessions.rename({ channel_id, thread_ts, title: 'Three' })
    const last = await sessions.setStatus({ channel_id, thread_ts, status: 'closed' })
    expect([last.status, last.title]).toEqual(['closed', 'Three'])
  })

  it('refuse what Slack would refuse', async () => {
    const { sessions, threads, thread_ts } = await thread()
    const at = { channel_id, thread_ts }
    const prompts = Array(5).fill({ title: 'a', message: 'b' })
    const outcomes = [
      sessions.rename({ ...at, title: 'none to rename' }),
      sessions.setStatus({ ...at, status: 'asleep' }),
      sessions.setStatus({ channel_id, thread_ts: '1.000001', status: 'active' }),
      sessions.setStatus({ ...at, status: 'active', title: 'x'.repeat(201) }),
      threads.setStatus({ ...at, status: 'is thinking…', loading_messages: Array(11).fill('…') }),
      threads.setStatus({ ...at, status: 'is thinking…', loading_messages: Array(10).fill('…') }),
      threads.setSuggestedPrompts({ channel_id, prompts }),
      threads.setSuggestedPrompts({ channel_id, prompts: prompts.slice(1) }),
    ]
    expect(await Promise.all(outcomes.map(refusalOf))).toEqual([
      'session_not_found',
      'invalid_arguments',
      'thread_not_found',
      'invalid_arguments',
      'invalid_arguments',
      'ok',
      'too_many_prompts',
      'ok',
    ])
  })

  it('can be stopped while they process, though nothing streams, and not otherwise', async () => {
    const { sessions, server, thread_ts } = await thread()
    const { player, deliveries } = server.slack
    const stops = () =>
      deliveries
        .map(({ payload }) => payload['event'])
        .filter(event => JSON.stringify(event).includes('stopped'))
    player.stop?.(channel_id, thread_ts, 'U0ADA')
    expect(stops()).toEqual([])
    await sessions.setStatus({ channel_id, thread_ts, status: 'processing' })
    player.stop?.(channel_id, thread_ts, 'U0ADA')
    expect(stops()[0]).toMatchObject({ type: 'agent_session_stopped', streaming_message_ts: [] })
  })

  it('and lines that say something go with their thread', async () => {
    const { sessions, threads, server, thread_ts } = await thread()
    await sessions.setStatus({ channel_id, thread_ts, status: 'processing' })
    await threads.setStatus({ channel_id, thread_ts, status: 'is thinking…' })
    const { player } = server.slack
    expect(player.messages(channel_id, thread_ts).flatMap(({ status }) => status ?? [])).not.toEqual([])
    player.remove(channel_id, thread_ts, 'U0ADA')
    expect(player.messages(channel_id, thread_ts)).toEqual([])
  })
})

describe('connections', () => {
  it('are ten at most', async () => {
    const server = await standIn()
    for (let opened = 0; opened < 10; opened += 1) await rawSocket(server)
    const { url = '' } = await clientOf(server, practiceTokens.app).apps.connections.open({})
    const eleventh = new WebSocket(url)
    const frames: string[] = []
    eleventh.addEventListener('message', ({ data }) => frames.push(String(data)))
    await eventually(() => expect(eleventh.readyState).toBe(WebSocket.CLOSED))
    expect(frames.map(frame => JSON.parse(frame) as unknown)).toEqual([
      { type: 'disconnect', reason: 'too_many_websockets' },
    ])
    expect(server.slack.player.view().connections).toBe(10)
  })

  it('carry any payload that is injected, as it is', async () => {
    const server = await standIn()
    const socket = await rawSocket(server)
    const payload = { type: 'app_rate_limited', team_id: 'T0ACME', minute_rate_limited: 1 }
    server.slack.deliver({ type: 'events_api', payload })
    const frame = await eventually(() => socket.frames[0] ?? Promise.reject(new Error('not yet')))
    expect(frame).toMatchObject({ type: 'events_api', payload })
  })
})
