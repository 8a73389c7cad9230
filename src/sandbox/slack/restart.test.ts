import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fileJournal } from '../journal.ts'
import type { SlackEntry } from './entry.ts'
import { serveSlack } from './serve.ts'
import { clientOf, refusalOf, standIn } from './testing/stand-in.ts'

const channel = 'C0SUPPORT'

describe('a restart', () => {
  it('brings back all that was said, changed, streamed and set', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slack-restart-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const journal = () => fileJournal<SlackEntry>(join(folder, 'slack.jsonl'))
    const before = await serveSlack({ journal: journal(), limits: 'off' })
    const { chat, agents, assistant, reactions } = clientOf(before)
    const { player } = before.slack

    const { messageId: thread_ts } = player.say({ channelId: channel }, 'U0ADA', '@Parley & all')
    player.edit(channel, thread_ts, 'U0ADA', '@Parley & everyone')
    const gone = player.say({ channelId: channel, threadId: thread_ts }, 'U0GRACE', 'never mind').messageId
    player.remove(channel, gone, 'U0GRACE')
    player.command({ channelId: channel }, 'U0ADA', 'nonsense', '')
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'kept' } }]
    const { ts: answer = '' } = await chat.postMessage({ channel, thread_ts, text: 'first', blocks })
    await reactions.add({ channel, timestamp: answer, name: 'eyes' })
    const who = { recipient_user_id: 'U0ADA', recipient_team_id: 'T0ACME' }
    const { ts = '' } = await chat.startStream({ channel, thread_ts, ...who, markdown_text: 'a ' })
    const task = { type: 'task_update', id: '1', title: 'Look', status: 'pending' } as const
    await chat.appendStream({ channel, ts, chunks: [task, { type: 'markdown_text', text: 'b' }] })
    await assistant.threads.setStatus({ channel_id: channel, thread_ts, status: 'is thinking…' })
    await agents.sessions.rename({ channel_id: channel, thread_ts, title: 'Everyone' })
    before.slack.leave('C0ENG', 'U0PARLEY')

    const seen = (slack: typeof before.slack) => ({
      channel: slack.player.messages(channel),
      thread: slack.player.messages(channel, thread_ts),
      history: slack.history(channel, thread_ts),
    })
    const remembered = structuredClone(seen(before.slack))
    expect(remembered.thread.map(({ text, status }) => status ?? text)).toEqual([
      '<@U0PARLEY> &amp; everyone',
      'kept',
      'a \n\n_○ Look_\n\nb',
      'is thinking…',
    ])
    await before.close()

    const after = await standIn({ journal: journal(), limits: 'off' })
    expect(seen(after.slack)).toEqual(remembered)
    const again = clientOf(after)
    expect(await refusalOf(again.chat.postMessage({ channel: 'C0ENG', text: 'hi' }))).toBe('not_in_channel')
    const { ts: newest } = await again.chat.stopStream({ channel, ts, markdown_text: ' c' })
    expect(newest).toBe(ts)
    const later = after.slack.player.say({ channelId: channel }, 'U0ADA', 'later').messageId
    expect(Number(later)).toBeGreaterThan(Number(ts))
  })

  it('never gives out a ts twice, even when the clock stands still', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slack-restart-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const options = () => ({
      journal: fileJournal<SlackEntry>(join(folder, 'slack.jsonl')),
      now: () => 1_732_182_000_000,
    })
    const before = await serveSlack(options())
    const say = (server: typeof before) =>
      server.slack.player.say({ channelId: channel }, 'U0ADA', 'x').messageId
    const first = [say(before), say(before)]
    await before.close()
    const after = await standIn(options())
    const all = [...first, say(after), say(after)]
    expect(all).toEqual(['1732182000.000000', '1732182000.000001', '1732182000.000002', '1732182000.000003'])
  })
})
