import { describe, expect, it } from 'vitest'
import type { Change } from '../player.ts'
import { clientOf, standIn } from './testing/stand-in.ts'
import { toWireText } from './wire-text.ts'

const channel = 'C0SUPPORT'

describe('what a person types', () => {
  it.each([
    ['@Parley hello', '<@U0PARLEY> hello'],
    ['hey @ada, ask @Grace', 'hey <@U0ADA>, ask <@U0GRACE>'],
    ['<@U0LINUS> & <b>', '<@U0LINUS> &amp; &lt;b&gt;'],
    ['mail ada@Parley.example or @Parleys', 'mail ada@Parley.example or @Parleys'],
    ['see #eng (https://x.test/?a=1&b=2).', 'see <#C0ENG|eng> (<https://x.test/?a=1&amp;b=2>).'],
    ['1 < 2 > 0 && true', '1 &lt; 2 &gt; 0 &amp;&amp; true'],
    ['안녕 @Parley 🎉', '안녕 <@U0PARLEY> 🎉'],
  ])('%s', (typed, wire) => {
    expect(toWireText(typed)).toBe(wire)
  })
})

describe('the page', () => {
  it('shows the cast, its channels and who is in the private one, and a direct message for each human', async () => {
    const view = (await standIn()).slack.player.view()
    expect(view.people.map(({ name, bot }) => [name, bot])).toEqual([
      ['Ada', false],
      ['Grace', false],
      ['Linus', false],
      ['Hal', true],
    ])
    expect(
      view.channels.map(({ id, kind, personId, readerIds }) => [id, kind, personId ?? readerIds]),
    ).toEqual([
      ['C0SUPPORT', 'channel', undefined],
      ['C0ENG', 'channel', undefined],
      ['C0LOUNGE', 'channel', undefined],
      ['C0FINANCE', 'channel', ['U0ADA', 'U0GRACE', 'U0PARLEY']],
      ['D0ADA', 'direct', 'U0ADA'],
      ['D0GRACE', 'direct', 'U0GRACE'],
      ['D0LINUS', 'direct', 'U0LINUS'],
    ])
    expect(view.connections).toBe(0)
  })

  it('shows a status where the answer will come, until it comes or two minutes pass', async () => {
    let nowMs = 1_732_182_000_000
    const server = await standIn({ now: () => nowMs })
    const { chat, assistant } = clientOf(server)
    const { messageId: thread_ts } = server.slack.player.say({ channelId: channel }, 'U0ADA', 'hm')
    const status = () => server.slack.player.messages(channel, thread_ts).at(-1)?.status
    const think = () =>
      assistant.threads.setStatus({ channel_id: channel, thread_ts, status: 'is thinking…' })
    await think()
    expect(status()).toBe('is thinking…')
    nowMs += 120_000
    expect(status()).toBeUndefined()
    await think()
    server.slack.player.say({ channelId: channel, threadId: thread_ts }, 'U0HAL', 'me first')
    expect(status()).toBe('is thinking…')
    await chat.postMessage({ channel, thread_ts, text: 'there' })
    expect(status()).toBeUndefined()
    await think()
    await assistant.threads.setStatus({ channel_id: channel, thread_ts, status: '' })
    expect(status()).toBeUndefined()
  })

  it('hears of every change, where it happened, until it stops listening', async () => {
    const server = await standIn()
    const { player } = server.slack
    const changes: Change[] = []
    const stop = player.onChange(change => changes.push(change))
    const { messageId } = player.say({ channelId: channel }, 'U0ADA', 'one')
    player.say({ channelId: channel, threadId: messageId }, 'U0GRACE', 'two')
    player.edit(channel, messageId, 'U0ADA', 'three')
    stop()
    player.remove(channel, messageId, 'U0ADA')
    expect(changes).toEqual([
      { channelId: channel },
      { channelId: channel, threadId: messageId },
      { channelId: channel },
    ])
  })

  it("lets nobody edit or delete another's message", async () => {
    const { player } = (await standIn()).slack
    const { messageId } = player.say({ channelId: channel }, 'U0ADA', 'mine')
    expect(() => player.edit(channel, messageId, 'U0GRACE', 'hers')).toThrow(/did not write/)
    expect(() => player.remove(channel, messageId, 'U0GRACE')).toThrow(/did not write/)
    expect(player.messages(channel).map(({ text }) => text)).toEqual(['mine'])
  })
})
