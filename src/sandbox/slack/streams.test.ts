import { describe, expect, it } from 'vitest'
import { memoryJournal } from '../journal.ts'
import type { SlackEntry } from './entry.ts'
import { type SlackServer, serveSlack } from './serve.ts'
import { boltOnSocket } from './testing/bolt-app.ts'
import { clientOf, eventually, refusalOf, standIn } from './testing/stand-in.ts'

const channel = 'C0SUPPORT'
const recipient = { recipient_user_id: 'U0ADA', recipient_team_id: 'T0ACME' }

/** Ada asks something in support; what follows is in her thread. */
function asked({ slack }: SlackServer): string {
  return slack.player.say({ channelId: channel }, 'U0ADA', '@Parley how?').messageId
}

async function started(server: SlackServer, text = 'Once ') {
  const thread_ts = asked(server)
  const client = clientOf(server)
  const { ts } = await client.chat.startStream({ channel, thread_ts, ...recipient, markdown_text: text })
  return { client, thread_ts, ts: ts ?? '' }
}

describe('a stream', () => {
  it('grows while people watch, and ends with what stopStream brings', async () => {
    const server = await standIn()
    const { client, thread_ts, ts } = await started(server)
    const seen = () => server.slack.player.messages(channel, thread_ts)[1]
    expect(seen()).toMatchObject({ text: 'Once ', streaming: true, dialect: 'markdown' })
    expect(server.slack.player.messages(channel, thread_ts)).toHaveLength(2)

    const task = { type: 'task_update', id: 't', title: 'Reading' } as const
    await client.chat.appendStream({
      channel,
      ts,
      chunks: [{ ...task, status: 'in_progress', details: 'the ' }],
    })
    await client.chat.appendStream({ channel, ts, markdown_text: 'upon a time' })
    await client.chat.appendStream({
      channel,
      ts,
      chunks: [{ ...task, status: 'complete', details: 'manual' }],
    })
    const footer = {
      type: 'context',
      elements: [{ type: 'mrkdwn', text: '<https://x.test/1|web>' }],
    } as const
    await client.chat.stopStream({
      channel,
      ts,
      markdown_text: '.',
      blocks: [footer],
      metadata: { event_type: 'part', event_payload: { id: 'p1' } },
    })
    expect(seen()).toMatchObject({
      text: 'Once \n\n_✓ Reading: the manual_\n\nupon a time.\n\n[web](https://x.test/1)',
      streaming: false,
    })
    const { messages } = await client.conversations.replies({
      channel,
      ts: thread_ts,
      include_all_metadata: true,
    })
    expect(messages?.[1]).toMatchObject({
      ts,
      text: 'Once upon a time.',
      streaming_state: 'completed',
      metadata: { event_type: 'part', event_payload: { id: 'p1' } },
    })
  })

  it("bolt's own sayStream writes one", async () => {
    const server = await standIn()
    await boltOnSocket(server, app => {
      app.event('app_mention', async ({ sayStream }) => {
        const stream = sayStream({ buffer_size: 4 })
        await stream.append({ markdown_text: 'first ' })
        await stream.append({ markdown_text: 'second ' })
        await stream.stop({ markdown_text: 'third' })
      })
    })
    const thread = asked(server)
    await eventually(() =>
      expect(server.slack.player.messages(channel, thread)[1]).toMatchObject({
        text: 'first second third',
        streaming: false,
      }),
    )
    const called = server.slack.calls.map(({ method, outcome }) => `${method} ${outcome}`)
    expect(called).toEqual([
      'apps.connections.open ok',
      'chat.startStream ok',
      'chat.appendStream ok',
      'chat.stopStream ok',
    ])
  })

  it.each([
    ['missing_recipient_user_id', { recipient_team_id: 'T0ACME' }],
    ['missing_recipient_team_id', { recipient_user_id: 'U0ADA' }],
    ['thread_not_found', { ...recipient, thread_ts: '1700000000.000001' }],
    ['channel_not_found', { ...recipient, channel: 'C0NOWHERE' }],
    ['invalid_arguments', { ...recipient, thread_ts: '' }],
    ['msg_too_long', { ...recipient, markdown_text: 'x'.repeat(12_001) }],
    [
      'invalid_chunks',
      { ...recipient, chunks: [{ type: 'task_update', id: 'a', title: 't', status: 'maybe' }] },
    ],
  ])('is not started: %s', async (code, args) => {
    const server = await standIn()
    const thread_ts = asked(server)
    const call = clientOf(server).chat.startStream({ channel, thread_ts, ...(args as object) })
    expect(await refusalOf(call)).toBe(code)
    expect(server.slack.history(channel, thread_ts)).toHaveLength(1)
  })

  it('needs no recipient in a direct message, and no membership is not_in_channel', async () => {
    const server = await standIn()
    const { messageId } = server.slack.player.say({ channelId: 'D0ADA' }, 'U0ADA', 'hi')
    const { chat } = clientOf(server)
    expect(await refusalOf(chat.startStream({ channel: 'D0ADA', thread_ts: messageId }))).toBe('ok')
    server.slack.leave(channel, 'U0PARLEY')
    const thread_ts = asked(server)
    expect(await refusalOf(chat.startStream({ channel, thread_ts, ...recipient }))).toBe('not_in_channel')
  })

  it('refuses to grow beyond 12,000 characters in all, and keeps what it had', async () => {
    const server = await standIn()
    const { client, thread_ts, ts } = await started(server, 'a'.repeat(8_000))
    const more = client.chat.appendStream({ channel, ts, markdown_text: 'b'.repeat(4_001) })
    expect(await refusalOf(more)).toBe('msg_too_long')
    expect(await refusalOf(client.chat.appendStream({ channel, ts, markdown_text: 'b'.repeat(4_000) }))).toBe(
      'ok',
    )
    expect(server.slack.player.messages(channel, thread_ts)[1]?.text).toHaveLength(12_000)
  })

  it('refuses update and deletion while it is open, and any streaming call after', async () => {
    const server = await standIn()
    const { client, ts } = await started(server)
    expect(await refusalOf(client.chat.update({ channel, ts, text: 'no' }))).toBe('streaming_state_conflict')
    expect(await refusalOf(client.chat.delete({ channel, ts }))).toBe('cant_delete_message')
    await client.chat.stopStream({ channel, ts })
    const late = { channel, ts, markdown_text: 'late' }
    expect(await refusalOf(client.chat.appendStream(late))).toBe('message_not_in_streaming_state')
    expect(await refusalOf(client.chat.stopStream({ channel, ts }))).toBe('message_not_in_streaming_state')
    expect(await refusalOf(client.chat.update({ channel, ts, text: 'yes' }))).toBe('ok')
    const other = server.slack.player.say({ channelId: channel }, 'U0GRACE', 'mine').messageId
    const notMine = client.chat.appendStream({ channel, ts: other, markdown_text: 'x' })
    expect(await refusalOf(notMine)).toBe('message_not_owned_by_app')
    const nowhere = client.chat.appendStream({ channel, ts: '1.000001', markdown_text: 'x' })
    expect(await refusalOf(nowhere)).toBe('message_not_found')
  })

  it('is closed by Slack after five minutes even with traffic, and then chat.update saves the day', async () => {
    let nowMs = 1_732_182_000_000
    const server = await standIn({ now: () => nowMs })
    const { client, thread_ts, ts } = await started(server)
    nowMs += 299_000
    await client.chat.appendStream({ channel, ts, markdown_text: 'upon ' })
    nowMs += 1_000
    const late = client.chat.appendStream({ channel, ts, markdown_text: 'a time' })
    expect(await refusalOf(late)).toBe('message_not_in_streaming_state')
    expect(server.slack.player.messages(channel, thread_ts)[1]).toMatchObject({
      text: 'Once upon ',
      streaming: false,
    })
    await client.chat.update({ channel, ts, markdown_text: 'Once upon a time' })
    expect(server.slack.player.messages(channel, thread_ts)[1]).toMatchObject({
      text: 'Once upon a time',
      edited: true,
    })
  })

  it('is stopped by a person: the app hears of it, and can only finish it', async () => {
    const server = await standIn()
    const stopped: unknown[] = []
    await boltOnSocket(server, app => {
      app.event('agent_session_stopped', async ({ event }) => void stopped.push(event))
    })
    const { client, thread_ts, ts } = await started(server)
    server.slack.player.stop?.(channel, thread_ts, 'U0GRACE')
    await eventually(() =>
      expect(stopped).toMatchObject([
        { type: 'agent_session_stopped', channel, user: 'U0GRACE', thread_ts, streaming_message_ts: [ts] },
      ]),
    )
    const late = { channel, ts, markdown_text: 'late' }
    expect(await refusalOf(client.chat.appendStream(late))).toBe('stopped_by_user')
    expect(server.slack.player.messages(channel, thread_ts)[1]).toMatchObject({
      text: 'Once ',
      streaming: false,
    })
    // The session stays processing until the app moves it on, and so does the button.
    expect(server.slack.player.messages(channel, thread_ts).at(-1)?.status).toBe('is working…')
    await client.agents.sessions.setStatus({ channel_id: channel, thread_ts, status: 'active' })
    expect(server.slack.player.messages(channel, thread_ts).at(-1)?.status).toBeUndefined()
    expect(await refusalOf(client.chat.stopStream({ channel, ts }))).toBe('ok')
    expect(await refusalOf(client.chat.stopStream({ channel, ts }))).toBe('message_not_in_streaming_state')
    server.slack.player.stop?.(channel, thread_ts, 'U0GRACE')
    const { messageId } = server.slack.player.say({ channelId: channel }, 'U0ADA', 'after')
    await eventually(() =>
      expect(server.slack.deliveries.at(-1)?.payload['event']).toMatchObject({ ts: messageId }),
    )
    expect(stopped).toHaveLength(1)
  })

  it('is still open after a restart, with its text, and expires by its own age', async () => {
    let nowMs = 1_732_182_000_000
    const journal = memoryJournal<SlackEntry>()
    const before = await serveSlack({ journal, now: () => nowMs })
    const { thread_ts, ts } = await started(before)
    await before.close()

    const after = await standIn({ journal, now: () => nowMs })
    const client = clientOf(after)
    await client.chat.appendStream({ channel, ts, markdown_text: 'more' })
    expect(after.slack.player.messages(channel, thread_ts)[1]).toMatchObject({
      text: 'Once more',
      streaming: true,
    })
    nowMs += 300_000
    expect(await refusalOf(client.chat.stopStream({ channel, ts }))).toBe('message_not_in_streaming_state')
  })
})
