import { describe, expect, it } from 'vitest'
import type { SlackServer } from './serve.ts'
import { boltOnSocket } from './testing/bolt-app.ts'
import { eventually, standIn } from './testing/stand-in.ts'

interface Heard {
  readonly type: string
  readonly eventId: string
  readonly event: Readonly<Record<string, unknown>>
}

/** Everything the app hears, in order. */
async function listen(server: SlackServer): Promise<Heard[]> {
  const heard: Heard[] = []
  await boltOnSocket(server, app => {
    app.use(async ({ body, next }) => {
      if ('event' in body)
        heard.push({ type: body['event'].type, eventId: body['event_id'], event: body['event'] })
      await next()
    })
  })
  return heard
}

const support = { channelId: 'C0SUPPORT' }

describe('what the app hears over Socket Mode', () => {
  it.each([
    ['message-first', ['message', 'app_mention']],
    ['mention-first', ['app_mention', 'message']],
  ] as const)('a mention comes twice, %s', async (order, types) => {
    const server = await standIn({ mentionOrder: order })
    const heard = await listen(server)
    const { messageId } = server.slack.player.say(support, 'U0ADA', '@Parley is <this> a test & more?')
    await eventually(() => expect(heard.map(({ type }) => type)).toEqual(types))

    const [one, other] = heard.map(({ event }) => event)
    expect(one).toMatchObject({
      user: 'U0ADA',
      text: '<@U0PARLEY> is &lt;this&gt; a test &amp; more?',
      ts: messageId,
      channel: 'C0SUPPORT',
    })
    expect(other).toMatchObject({ ts: messageId, client_msg_id: one?.['client_msg_id'] })
    expect(one?.['client_msg_id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(heard[0]?.eventId).not.toBe(heard[1]?.eventId)
  })

  it('a direct message comes once, even when it mentions', async () => {
    const server = await standIn()
    const heard = await listen(server)
    server.slack.player.say({ channelId: 'D0ADA' }, 'U0ADA', 'hello @Parley')
    server.slack.player.say(support, 'U0GRACE', 'and in support')
    await eventually(() => expect(heard).toHaveLength(2))
    expect(heard.map(({ event }) => [event['channel_type'], event['channel']])).toEqual([
      ['im', 'D0ADA'],
      ['channel', 'C0SUPPORT'],
    ])
  })

  it('a reply names its thread and who started it, and a bot its bot id', async () => {
    const server = await standIn()
    const heard = await listen(server)
    const { messageId } = server.slack.player.say(support, 'U0ADA', 'printer is on fire')
    server.slack.player.say({ ...support, threadId: messageId }, 'U0HAL', 'I am afraid so')
    await eventually(() => expect(heard).toHaveLength(2))
    expect(heard[1]?.event).toMatchObject({
      thread_ts: messageId,
      parent_user_id: 'U0ADA',
      bot_id: 'B0HAL',
      user: 'U0HAL',
    })
    expect(heard[1]?.event).not.toHaveProperty('client_msg_id')
  })

  it('an edit and a deletion bring the message as it was and as it is', async () => {
    const server = await standIn()
    const heard = await listen(server)
    const { player } = server.slack
    const { messageId } = player.say(support, 'U0ADA', 'teh printer')
    player.edit('C0SUPPORT', messageId, 'U0ADA', 'the printer')
    player.remove('C0SUPPORT', messageId, 'U0ADA')
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard[1]?.event).toMatchObject({
      subtype: 'message_changed',
      hidden: true,
      channel: 'C0SUPPORT',
      message: { ts: messageId, text: 'the printer', user: 'U0ADA', edited: { user: 'U0ADA' } },
      previous_message: { ts: messageId, text: 'teh printer' },
    })
    expect(heard[2]?.event).toMatchObject({
      subtype: 'message_deleted',
      deleted_ts: messageId,
      previous_message: { text: 'the printer' },
    })
    expect(player.messages('C0SUPPORT')).toEqual([])
  })

  it('the root of a thread that goes on is changed into a tombstone', async () => {
    const server = await standIn()
    const heard = await listen(server)
    const { player } = server.slack
    const { messageId } = player.say(support, 'U0ADA', 'secret')
    player.say({ ...support, threadId: messageId }, 'U0GRACE', 'oh?')
    player.remove('C0SUPPORT', messageId, 'U0ADA')
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard[2]?.event).toMatchObject({
      subtype: 'message_changed',
      message: { subtype: 'tombstone', text: 'This message was deleted.', user: 'USLACKBOT' },
      previous_message: { text: 'secret' },
    })
  })

  it('nothing is heard from a channel after Parley has left it', async () => {
    const server = await standIn()
    const heard = await listen(server)
    server.slack.leave('C0ENG', 'U0PARLEY')
    server.slack.player.say({ channelId: 'C0ENG' }, 'U0ADA', 'are they gone?')
    server.slack.join('C0ENG', 'U0PARLEY')
    server.slack.openHome('U0ADA', 'home')
    await eventually(() => expect(heard).toHaveLength(3))
    expect(heard.map(({ type }) => type)).toEqual([
      'member_left_channel',
      'member_joined_channel',
      'app_home_opened',
    ])
  })
})
