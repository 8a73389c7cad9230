import { describe, expect, it } from 'vitest'
import { adasDirect, eventually, openWorkshop } from './testing/workshop.ts'
import { long, shownFor, write } from './testing/writing.ts'

describe('an answer in a thread', () => {
  it('streams natively from its first word, and ends as the whole text', async () => {
    const workshop = await openWorkshop()
    const { target, texts, seen, ledger } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    rendering.show({ text: 'The', state: 'streaming' })
    await eventually(() => expect(texts()).toEqual(['The']))
    expect(seen()[0]?.streaming).toBe(true)
    const text = `${long(400)}\n\n- **one**\n- two`
    await write(workshop, rendering, text)
    await rendering.settle({ text, state: 'done' })
    expect(texts()).toEqual(shownFor(text))
    expect(seen()[0]?.streaming).toBe(false)
    expect(ledger.parts.map(({ ordinal, state, streaming }) => ({ ordinal, state, streaming }))).toEqual([
      { ordinal: 0, state: 'posted', streaming: false },
    ])
    expect(workshop.slack.calls.filter(call => call.method === 'chat.update')).toEqual([])
  })

  it('is one plain message when it was finished before anything was shown', async () => {
    const workshop = await openWorkshop()
    const { target, texts } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    await rendering.settle({ text: 'Nothing changed.', state: 'done' })
    expect(texts()).toEqual(['Nothing changed.'])
    const posts = workshop.slack.calls.filter(call => call.method.startsWith('chat.'))
    expect(posts.map(call => call.method)).toEqual(['chat.postMessage'])
    expect(posts[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' })
  })

  it('is plain messages, and no stream, when 15,000 characters were finished before anything was shown', async () => {
    const workshop = await openWorkshop()
    const { target, texts } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    await rendering.settle({ text: long(15_000), state: 'done' })
    expect(texts()).toEqual(shownFor(long(15_000)))
    const posts = workshop.slack.calls.filter(call => call.method.startsWith('chat.'))
    expect(posts.map(call => call.method)).toEqual(['chat.postMessage', 'chat.postMessage'])
  })

  it('streams in a direct message without naming a recipient', async () => {
    const workshop = await openWorkshop()
    const { target, texts } = workshop.ask({ channelId: adasDirect })
    const rendering = await workshop.adapter.chat.open(target)
    await write(workshop, rendering, long(300))
    await rendering.settle({ text: long(300), state: 'done' })
    expect(texts()).toEqual([long(300)])
    const start = workshop.slack.calls.find(call => call.method === 'chat.startStream')
    expect(start?.args['recipient_user_id']).toBeUndefined()
  })

  it('shows 15,000 characters whole in two messages', async () => {
    const workshop = await openWorkshop({ speed: 40 })
    const { target, texts } = workshop.ask()
    const text = long(15_000)
    const rendering = await workshop.adapter.chat.open(target)
    await write(workshop, rendering, text, 40, 10)
    await rendering.settle({ text, state: 'done' })
    expect(texts()).toEqual(shownFor(text))
    expect(texts()).toHaveLength(2)
    expect(texts().join(' ')).toBe(text)
  })

  it('closes and opens again a code block that spans two messages', async () => {
    const workshop = await openWorkshop({ speed: 40 })
    const { target, texts } = workshop.ask()
    const line = "console.log('the nightly job has run')\n"
    const text = `Here it is:\n\n\`\`\`js\n${line.repeat(400)}\`\`\`\n\nThat is all.`
    const rendering = await workshop.adapter.chat.open(target)
    await write(workshop, rendering, text, 40, 10)
    await rendering.settle({ text, state: 'done' })
    expect(texts()).toEqual(shownFor(text))
    const [first = '', second = ''] = texts()
    expect(first.endsWith('\n```')).toBe(true)
    expect(second.startsWith('```js\n')).toBe(true)
  })

  it('adds the notice as a paragraph of its own, outside an unfinished code block', async () => {
    const workshop = await openWorkshop()
    const { target, texts } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    const text = `${long(200)}\n\n\`\`\`js\nlet x = 1`
    await write(workshop, rendering, text)
    await rendering.settle({ text, state: 'stopped', notice: 'Stopped by Ada.' })
    expect(texts()).toEqual([`${text}\n\`\`\`\n\n_Stopped by Ada._`])
  })

  it('is left alone when it is settled twice', async () => {
    const workshop = await openWorkshop()
    const { target, texts } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    await write(workshop, rendering, long(300))
    await rendering.settle({ text: long(300), state: 'done' })
    const before = workshop.slack.calls.filter(call => call.method.startsWith('chat.')).length
    await rendering.settle({ text: long(300), state: 'done' })
    expect(texts()).toEqual([long(300)])
    expect(workshop.slack.calls.filter(call => call.method.startsWith('chat.'))).toHaveLength(before)
  })

  it('shows that it is thinking until the first word, and nothing of it after the last', async () => {
    const workshop = await openWorkshop()
    const { target, statuses } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    await eventually(() => expect(statuses()).toEqual(['is thinking…']))
    await rendering.settle({ text: 'Nothing changed.', state: 'done' })
    await eventually(() => expect(statuses()).toEqual([]))
  })

  it('that comes to nothing leaves nothing behind, not even that it was thinking', async () => {
    const workshop = await openWorkshop()
    const { target, seen, statuses } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    await eventually(() => expect(statuses()).toEqual(['is thinking…']))
    await rendering.settle({ text: '', state: 'stopped' })
    await eventually(() => expect(statuses()).toEqual([]))
    expect(seen()).toEqual([])
  })

  it('that comes to nothing while Slack cannot be reached is over once nothing says that it is thinking', async () => {
    const workshop = await openWorkshop({ speed: 40 })
    const { target, statuses } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    await eventually(() => expect(statuses()).toEqual(['is thinking…']))
    for (const method of ['assistant.threads.setStatus', 'agents.sessions.setStatus'])
      workshop.slack.faults.plan({ method, kind: 'cut', times: 2 })
    await rendering.settle({ text: '', state: 'stopped' })
    expect(statuses()).toEqual([])
  })

  it('that Slack does not let be posted leaves nothing that goes on either', async () => {
    const workshop = await openWorkshop()
    const { target, statuses } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    await eventually(() => expect(statuses()).toEqual(['is thinking…']))
    workshop.slack.faults.plan({ method: 'chat.postMessage', kind: 'refused', code: 'restricted_action' })
    await expect(rendering.settle({ text: 'Nothing changed.', state: 'done' })).rejects.toMatchObject({
      code: 'platform_refused',
    })
    expect(statuses()).toEqual([])
  })

  it('that is over before Slack was told that it was thinking leaves nothing behind either', async () => {
    const workshop = await openWorkshop()
    const { target, thread } = workshop.ask()
    const method = 'assistant.threads.setStatus'
    workshop.slack.faults.plan({ method, kind: 'slow', delayMs: 300 })
    const told = () => workshop.slack.calls.filter(call => call.method === method).length
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    await rendering.settle({ text: '', state: 'stopped' })
    await eventually(() => expect(told()).toBe(2))
    const [root] = workshop.slack.player.messages(thread.channelId, thread.threadId)
    expect(root?.status).toBeUndefined()
  })
})
