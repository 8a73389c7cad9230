import { describe, expect, it } from 'vitest'
import { memoryJournal } from '../journal.ts'
import type { SlackEntry } from './entry.ts'
import { serveSlack } from './serve.ts'
import { boltOnSocket } from './testing/bolt-app.ts'
import { rawSocket } from './testing/raw-socket.ts'
import { clientOf, eventually, standIn } from './testing/stand-in.ts'

const channel = 'C0SUPPORT'
const support = { channelId: channel }

describe('a slash command', () => {
  it('is answered by the acknowledgement, then through its response_url, to one person or to all', async () => {
    const server = await standIn()
    await boltOnSocket(server, app => {
      app.command('/parley', async ({ command, ack, respond }) => {
        await ack({ text: `Looking into ${command.text}` })
        await respond({ text: 'Found it', response_type: 'ephemeral' })
        await respond({ text: 'For everybody', response_type: 'in_channel' })
      })
    })
    server.slack.player.command(support, 'U0ADA', 'parley', 'ask why?')
    await eventually(() =>
      expect(
        server.slack.player
          .messages(channel)
          .map(({ text, onlyFor, author }) => [text, onlyFor, author.name]),
      ).toEqual([
        ['Looking into ask why?', 'U0ADA', 'Parley'],
        ['Found it', 'U0ADA', 'Parley'],
        ['For everybody', undefined, 'Parley'],
      ]),
    )
    expect(server.slack.deliveries[0]?.payload).toMatchObject({
      command: '/parley',
      text: 'ask why?',
      user_id: 'U0ADA',
      channel_id: channel,
      channel_name: 'support',
      team_id: 'T0ACME',
    })
  })

  it('fails before the eyes of its author when it is not acknowledged, and is not retried', async () => {
    const server = await standIn({ ackTimeoutMs: 40, retryDelaysMs: [0, 0, 0] })
    const socket = await rawSocket(server)
    server.slack.player.command(support, 'U0ADA', 'parley', 'hello')
    await eventually(() =>
      expect(server.slack.player.messages(channel)).toMatchObject([
        {
          author: { name: 'Slackbot' },
          onlyFor: 'U0ADA',
          text: expect.stringContaining('Parley did not respond'),
        },
      ]),
    )
    expect(socket.frames).toHaveLength(1)
  })

  it('fails before the eyes of its author when a restart came between', async () => {
    const journal = memoryJournal<SlackEntry>()
    const before = await serveSlack({ journal })
    await rawSocket(before)
    before.slack.player.command(support, 'U0ADA', 'parley', 'hello')
    await before.close()
    const after = await standIn({ journal })
    expect(after.slack.player.messages(channel)).toEqual([])
    await rawSocket(after)
    await eventually(() => expect(after.slack.player.messages(channel)).toHaveLength(1))
  })

  it('is refused by Slack itself in a thread, or when nobody registered it', async () => {
    const server = await standIn()
    const { player, deliveries } = server.slack
    const { messageId } = player.say(support, 'U0ADA', 'root')
    player.command({ ...support, threadId: messageId }, 'U0ADA', 'parley', 'hello')
    player.command(support, 'U0ADA', 'giphy', 'cats')
    expect(player.messages(channel, messageId).at(-1)?.text).toBe(
      '/parley is not supported in threads. Sorry!',
    )
    expect(player.messages(channel).at(-1)?.text).toBe('/giphy is not a valid command.')
    expect(deliveries.map(({ type }) => type)).toEqual(['events_api'])
    expect(player.view().commands.map(({ name }) => name)).toEqual(['parley'])
  })

  it('has a response_url for five uses within half an hour', async () => {
    let nowMs = 1_732_182_000_000
    const server = await standIn({ now: () => nowMs })
    server.slack.player.command(support, 'U0ADA', 'parley', 'one')
    server.slack.player.command(support, 'U0ADA', 'parley', 'two')
    const [first, second] = server.slack.deliveries.map(({ payload }) => String(payload['response_url']))
    const use = (url: string | undefined) =>
      fetch(url ?? '', { method: 'POST', body: JSON.stringify({ text: 'hi' }) }).then(async r => [
        r.status,
        await r.text(),
      ])
    for (let times = 0; times < 5; times += 1) expect(await use(first)).toEqual([200, 'ok'])
    expect(await use(first)).toEqual([404, 'used_url'])
    nowMs += 30 * 60_000 + 1
    expect(await use(second)).toEqual([404, 'expired_url'])
  })
})

describe('a button', () => {
  const buttons = (...values: readonly string[]) => [
    { type: 'section', text: { type: 'mrkdwn', text: 'May I?' } },
    {
      type: 'actions',
      elements: values.map(value => ({
        type: 'button',
        action_id: 'answer',
        value,
        text: { type: 'plain_text', text: value },
        ...(value === 'Deny' && { style: 'danger' }),
      })),
    },
  ]

  it('reaches the app as a block action, whose respond may replace the message', async () => {
    const server = await standIn()
    await boltOnSocket(server, app => {
      app.action('answer', async ({ ack, action, body, respond }) => {
        await ack()
        const value = 'value' in action ? String(action.value) : ''
        await respond({ text: `${body.user.id} says ${value}`, blocks: [], replace_original: true })
      })
    })
    const { ts = '' } = await clientOf(server).chat.postMessage({
      channel,
      text: 'May I?',
      blocks: buttons('Allow', 'Deny'),
    })
    expect(server.slack.player.messages(channel)[0]).toMatchObject({
      text: 'May I?',
      buttons: [
        { id: 'answer:Allow', label: 'Allow', danger: false },
        { id: 'answer:Deny', label: 'Deny', danger: true },
      ],
    })
    server.slack.player.press(channel, ts, 'U0GRACE', 'answer:Deny')
    await eventually(() =>
      expect(server.slack.player.messages(channel)).toMatchObject([
        { text: 'U0GRACE says Deny', buttons: [], edited: true },
      ]),
    )
  })

  it('has its action_id for id while it is alone', async () => {
    const server = await standIn()
    await clientOf(server).chat.postMessage({ channel, text: 'May I?', blocks: buttons('Allow') })
    expect(server.slack.player.messages(channel)[0]?.buttons.map(({ id }) => id)).toEqual(['answer'])
  })

  it('on App Home comes with the view in place of a message, and only when it is shown there', async () => {
    const server = await standIn()
    expect(() => server.slack.pressHome('U0ADA', 'go')).toThrow('no button go')
    const pressed: unknown[] = []
    await boltOnSocket(server, app => {
      app.action('go', async ({ ack, body }) => {
        await ack()
        pressed.push(body)
      })
    })
    const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }
    const blocks = [{ type: 'actions', elements: [button] }]
    await clientOf(server).views.publish({ user_id: 'U0ADA', view: { type: 'home', blocks } as never })
    server.slack.pressHome('U0ADA', 'go')
    await eventually(() =>
      expect(pressed).toMatchObject([
        { type: 'block_actions', container: { type: 'view' }, view: { type: 'home' }, user: { id: 'U0ADA' } },
      ]),
    )
    expect(() => server.slack.pressHome('U0GRACE', 'go')).toThrow('no button go')
  })

  it('of feedback brings the value that was chosen', async () => {
    const server = await standIn()
    const chosen: unknown[] = []
    await boltOnSocket(server, app => {
      app.action('rate', async ({ ack, action }) => {
        await ack()
        chosen.push('value' in action && action.value)
      })
    })
    const choice = (text: string, value: string) => ({ text: { type: 'plain_text' as const, text }, value })
    const { ts = '' } = await clientOf(server).chat.postMessage({
      channel,
      text: 'Was that good?',
      blocks: [
        {
          type: 'context_actions',
          elements: [
            {
              type: 'feedback_buttons',
              action_id: 'rate',
              positive_button: choice('Good', 'up'),
              negative_button: choice('Bad', 'down'),
            },
          ],
        },
      ],
    })
    server.slack.player.press(channel, ts, 'U0ADA', 'rate:down')
    await eventually(() => expect(chosen).toEqual(['down']))
  })
})
