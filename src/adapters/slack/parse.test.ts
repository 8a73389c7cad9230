import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Inbound } from '../../core/inbound.ts'
import type { Installation } from './installation.ts'
import { parseEvent } from './parse.ts'
import { parseCommand, parseInteraction } from './parse-action.ts'
import { readText } from './parse-message.ts'

const installation: Installation = { teamId: 'T0ACME', botUserId: 'U0PARLEY', botId: 'B0PARLEY' }

/** Payloads in the shapes that Slack sends; people, words and ids are the cast's. */
function fixture(name: string): { readonly [field: string]: unknown } {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))
}
const event = (name: string): Inbound => parseEvent(fixture(name), installation)

const place = { platform: 'slack', workspaceId: 'T0ACME', channelId: 'C0SUPPORT' } as const
const ada = { platform: 'slack', realm: 'T0ACME', userId: 'U0ADA' } as const
const root = '1763700000.000100'

describe('a message in a channel', () => {
  it('that mentions Parley is the same Inbound as its mention', () => {
    expect(event('message')).toEqual(event('app-mention'))
    expect(event('message')).toEqual({
      kind: 'message',
      key: `message:${root}`,
      thread: { ...place, threadId: root },
      messageRef: root,
      author: ada,
      text: '@Parley why did **it** fail & <@U0GRACE>?',
      sentAtMs: 1_763_700_000_000,
      direct: false,
      mentionsParley: true,
      inThread: false,
      files: [],
    })
  })

  it('from another company keeps which one, and belongs to our workspace', () => {
    expect(event('shared-channel-message')).toMatchObject({
      thread: { workspaceId: 'T0ACME' },
      author: { userId: 'U0GUEST', realm: 'T0ACME' },
      delivery: { 'team:U0GUEST': 'T0OTHER' },
    })
  })

  it('broadcast from a thread is a message of that thread', () => {
    expect(event('thread-broadcast')).toMatchObject({
      kind: 'message',
      thread: { ...place, threadId: root },
      messageRef: '1763700004.000500',
      inThread: true,
      mentionsParley: false,
    })
  })

  it('is known in an Enterprise organisation by its people’s organisation', () => {
    const grid = { ...installation, enterpriseId: 'E0ACME' }
    expect(parseEvent(fixture('message'), grid)).toMatchObject({
      author: { realm: 'E0ACME', userId: 'U0ADA' },
    })
  })
})

describe('a message of people whose names never end', () => {
  it('is taken as it is, and soon', () => {
    const text = '<@U1|'.repeat(20_000)
    const startedAt = performance.now()
    const { markdown } = readText(`<@U0ADA|ada> ${text}`, installation)
    expect(markdown).toBe(`<@U0ADA> ${text}`)
    // What grows with the square took many seconds.
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})

describe('a direct message', () => {
  it('opens a thread of its own', () => {
    expect(event('direct-message')).toMatchObject({
      kind: 'message',
      thread: { channelId: 'D0ADA', threadId: '1763700001.000200' },
      direct: true,
      inThread: false,
      text: 'hello',
    })
  })

  it('below another goes on in its thread', () => {
    expect(event('direct-reply')).toMatchObject({
      thread: { threadId: '1763700001.000200' },
      messageRef: '1763700002.000300',
      inThread: true,
    })
  })

  it('with files names them', () => {
    expect(event('file-share')).toMatchObject({
      kind: 'message',
      text: '',
      files: ['report.pdf', 'Untitled'],
    })
  })
})

describe('what happens to a message', () => {
  it('an edit carries the message as it reads now', () => {
    expect(event('message-changed')).toMatchObject({
      kind: 'edit',
      key: `edit:${root}:1763700010.000000`,
      message: {
        key: `message:${root}`,
        text: '@Parley why did it fail **twice**?',
        author: ada,
        direct: false,
      },
    })
  })

  it('a deletion names it, also when the root of a thread leaves a tombstone', () => {
    const gone = { kind: 'delete', key: `delete:${root}`, place, messageRef: root }
    expect(event('message-deleted')).toEqual(gone)
    expect(event('message-tombstoned')).toEqual(gone)
  })

  it('a link preview is no edit', () => {
    expect(event('message-unfurled')).toMatchObject({ kind: 'ignored', reason: 'system_message' })
  })
})

describe('what is not for Parley', () => {
  const table: readonly (readonly [string, string])[] = [
    ['own-message', 'own_message'],
    ['own-message-changed', 'own_message'],
    ['bot-message', 'other_bot'],
    ['classic-bot-message', 'other_bot'],
    ['channel-join', 'system_message'],
    ['slackbot-message', 'system_message'],
    ['app-home-opened', 'unsupported'],
    ['reaction-added', 'unsupported'],
    ['channel-created', 'unsupported'],
    ['app-rate-limited', 'unsupported'],
  ]
  for (const [name, reason] of table) {
    it(`${name} is ignored: ${reason}`, () => {
      expect(event(name)).toMatchObject({ kind: 'ignored', reason })
    })
  }

  it('a message of another bot that mentions Parley has the same key in both forms', () => {
    const body = fixture('bot-message')
    const asMention = { ...body, event: { ...(body['event'] as object), type: 'app_mention' } }
    expect(parseEvent(asMention, installation)).toEqual(event('bot-message'))
  })

  it('is kept under the channel it happened in', () => {
    expect(event('reaction-added')).toMatchObject({ place, key: 'event:Ev0020' })
    expect(event('channel-created')).toMatchObject({ place: { channelId: 'C0NEW' } })
  })
})

describe('Slack’s Stop button', () => {
  it('stops what runs in the thread, by Slack’s own word', () => {
    expect(event('agent-session-stopped')).toEqual({
      kind: 'stop',
      key: `stop:${root}:1763700021.001700`,
      thread: { ...place, threadId: root },
      by: ada,
      atMs: 1_763_700_021_002,
      native: true,
    })
  })
})

describe('Parley’s own Stop button', () => {
  it('stops its turn', () => {
    expect(parseInteraction(fixture('stop-pressed'), installation)).toEqual({
      kind: 'stop',
      key: 'press:1763700030.123456:U0GRACE',
      thread: { ...place, threadId: root },
      turnId: 'turn-1',
      by: { ...ada, userId: 'U0GRACE' },
      atMs: 1_763_700_030_123,
      native: false,
    })
  })

  it('is told from other buttons', () => {
    expect(parseInteraction(fixture('feedback-pressed'), installation)).toMatchObject({
      kind: 'ignored',
      key: 'event:555.666.ghi',
      place,
      reason: 'unsupported',
    })
  })
})

describe('the command', () => {
  const typed = (text: string, more = {}) =>
    parseCommand({ ...fixture('slash-command'), text, ...more }, installation, 5)

  it('asks in a thread that is still to be opened', () => {
    expect(parseCommand(fixture('slash-command'), installation, 5)).toEqual({
      kind: 'command',
      key: 'command:111.222.abc',
      name: 'ask',
      text: 'what did <@U0GRACE> change?',
      thread: { ...place, threadId: 'command:111.222.abc' },
      inThread: false,
      by: ada,
      atMs: 5,
      direct: false,
      delivery: {
        question: 'what did <@U0GRACE> change?',
        respondTo: 'https://hooks.slack.com/commands/T0ACME/1/x',
      },
    })
  })

  const table: readonly (readonly [string, string, string])[] = [
    ['', 'help', ''],
    ['  ', 'help', ''],
    ['help', 'help', ''],
    ['HELP me', 'help', 'me'],
    ['why', 'why', ''],
    ['stop', 'stop', ''],
    ['ask', 'ask', ''],
    ['ask  why not? ', 'ask', 'why not?'],
    ['what is new?', 'ask', 'what is new?'],
    ['stopping places?', 'ask', 'stopping places?'],
    ['whyever', 'ask', 'whyever'],
    ['link', 'link', ''],
    [' UNLINK ', 'unlink', ''],
    ['link to the handbook?', 'ask', 'link to the handbook?'],
  ]
  for (const [text, name, rest] of table) {
    it(`/parley ${JSON.stringify(text)} is ${name}`, () => {
      expect(typed(text)).toMatchObject({ kind: 'command', name, text: rest })
    })
  }

  it('is direct in a direct message', () => {
    expect(typed('ask hi', { channel_id: 'D0ADA', channel_name: 'directmessage' })).toMatchObject({
      direct: true,
    })
  })
})

describe('anything else', () => {
  it('is ignored and never thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const inbounds = [
          parseEvent(value, installation),
          parseEvent({ event: value }, installation),
          parseEvent({ event: { ...Object(value), type: 'message' } }, installation),
          parseEvent(
            { event: { type: 'message', subtype: 'message_changed', channel: 'C', message: value } },
            installation,
          ),
          parseInteraction(value, installation),
          parseCommand(value, installation, 0),
        ]
        expect(new Set(inbounds.map(inbound => inbound.kind))).toEqual(new Set(['ignored']))
      }),
    )
  })
})
