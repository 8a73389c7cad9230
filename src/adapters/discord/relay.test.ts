import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { Dialogue } from '../../core/dialogue.ts'
import type { RelayTarget } from '../../core/platform.ts'
import { createPartLedger, type MemoryPartLedger } from '../../core/testing/part-ledger.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { hostile } from '../../markdown/testing/hostile.ts'
import { channels, parley, people } from '../../sandbox/cast.ts'
import { practiceToken } from '../../sandbox/discord/discord.ts'
import { serveDiscord, type ServedDiscord } from '../../sandbox/discord/serve.ts'
import { createDiscordAdapter } from './discord.ts'
import { maxContentLength, nonceWindowMs } from './limits.ts'
import { parseMessage } from './parse.ts'
import { relayContents } from './relay.ts'

const support = channels[0]?.discordId ?? ''
const ada = people[0]?.discordId ?? ''

let served: ServedDiscord
let question: string
let ledger: MemoryPartLedger
let answer: MemoryPartLedger
let dialogue: Dialogue
let nowMs: () => number

beforeEach(async () => {
  nowMs = () => Date.now()
  served = await serveDiscord({ limits: 'off' })
  question = served.discord.player.say({ channelId: support }, ada, '@Parley what changed?').messageId
  ledger = createPartLedger({ messageId: 'from-web', nowMs: () => nowMs() })
  answer = createPartLedger({ messageId: 'answer', nowMs: () => nowMs() })
  dialogue = {
    id: 'dialogue',
    thread: {
      platform: 'discord',
      workspaceId: parley.discord.guildId,
      channelId: support,
      threadId: question,
    },
    direct: false,
    title: 'what changed?',
    delivery: { origin: 'channel' },
    historyRead: true,
  }
})
afterEach(() => served.close())

/** The adapter as a process that has just started makes it. */
function chat() {
  return createDiscordAdapter({
    token: practiceToken,
    apiUrl: served.apiUrl,
    clock: { ...systemClock, nowMs: () => nowMs() },
    log: silentLog,
    trail: () => {},
    leadership: {
      hold: () => Promise.resolve(false),
      release: () => Promise.resolve(),
      freeAll: () => Promise.resolve(),
    },
    leaseMs: 9_000,
    receive: () => Promise.reject(new Error('nothing is received here')),
    lastReceivedMs: () => Promise.resolve(undefined),
    directChannels: () => Promise.resolve([]),
    editEveryMs: 1,
  }).chat
}

async function write(text: string, parts: RelayTarget['parts'] = ledger): Promise<string> {
  const ref = await chat().relay?.({
    messageId: 'from-web',
    turnId: 'turn',
    dialogue,
    name: 'Grace',
    text,
    parts,
    saveDelivery(delivery) {
      dialogue = { ...dialogue, delivery: { ...dialogue.delivery, ...delivery } }
      return Promise.resolve()
    },
  })
  if (ref === undefined) throw new Error('Discord relays.')
  return ref
}

async function settle(text: string, askedRef: string, parts: RelayTarget['parts'] = answer): Promise<void> {
  const rendering = await chat().open({
    turnId: 'turn',
    dialogue,
    asker: { id: 'ada', platform: 'discord', realm: 'discord', userId: ada },
    askedRef,
    parts,
    takenOver: false,
    saveDelivery: () => Promise.resolve(),
    moveTo: () => Promise.resolve(),
  })
  await rendering.settle({ text, state: 'done' })
}

const lost = (): Promise<never> => Promise.reject(new Error('The process died.'))
const posted = () => served.discord.history(question).filter(({ type }) => type === 0 || type === 19)
const texts = () => posted().map(({ content }) => content)

describe('what is written on the web, on Discord', () => {
  it('stands in the thread once, quoted under its writer’s name, and unfurls and pings nothing', async () => {
    const ref = await write('Does it **scale**? @everyone\n\nSee https://example.com')
    expect(texts()).toEqual([
      '**Grace** from the web:\n> Does it **scale**? @\u200beveryone\n> \n> See <https://example.com>',
    ])
    expect(posted()).toMatchObject([
      { id: ref, mentionEveryone: false, mentionIds: [], flags: 4, allowedMentions: { parse: [] } },
    ])
    expect(ledger.parts.map(part => part.ref)).toEqual([ref])
  })

  it('is heard back as Parley’s own', async () => {
    const ref = await write('<@300000000000000001> what now?')
    const [raw] = served.discord.history(question).filter(({ id }) => id === ref)
    const where = {
      kind: 'thread' as const,
      guildId: parley.discord.guildId,
      channelId: support,
      threadId: question,
    }
    const heard = await fetch(`${served.apiUrl}/v10/channels/${question}/messages/${raw?.id}`, {
      headers: { authorization: `Bot ${practiceToken}` },
    })
    expect(parseMessage((await heard.json()) as never, where, parley.discord.userId)).toMatchObject({
      kind: 'ignored',
      reason: 'own_message',
    })
  })

  it('is changed when it was changed on the web, and shrinks where it needs less', async () => {
    await write('word '.repeat(1_000))
    expect(texts().map(text => text.split('\n')[0])).toEqual([
      '**Grace** from the web (1 of 3):',
      '**Grace** from the web (2 of 3):',
      '**Grace** from the web (3 of 3):',
    ])
    await write('Never mind.')
    expect(texts()).toEqual(['**Grace** from the web:\n> Never mind.'])
  })

  it('is posted once although the process died between the post and its record, minutes later too', async () => {
    await expect(write('Once?', { ...ledger, posted: lost })).rejects.toThrow('The process died.')
    await write('Once?')
    expect(texts()).toHaveLength(1)
    await ledger.removed(ledger.parts[0]?.id ?? '')
    await expect(write('Twice?', { ...ledger, posted: lost })).rejects.toThrow('The process died.')
    nowMs = () => Date.now() + nonceWindowMs + 1
    await write('Twice?')
    expect(texts().filter(text => text.includes('Twice?'))).toHaveLength(1)
  })

  it('is posted once although the answers to it were lost', async () => {
    served.discord.faults.plan({
      method: 'POST /channels/:id/messages',
      kind: 'server-error',
      afterCommit: true,
      times: 2,
    })
    await write('Once?')
    expect(texts()).toEqual(['**Grace** from the web:\n> Once?'])
  })

  it('is not taken for the answer whose post was lost, nor the answer for it', async () => {
    const ref = await write('First?')
    answer.elsewhere.add(ref)
    await expect(settle('Yes.', ref, { ...answer, posted: lost })).rejects.toThrow('The process died.')
    nowMs = () => Date.now() + nonceWindowMs + 1
    await settle('Yes.', ref)
    expect(texts()).toEqual(['**Grace** from the web:\n> First?', 'Yes.'])
  })

  it('is a reply in the channel where no thread may be opened, and the answer a reply to it', async () => {
    served.discord.denyThreads(support, true)
    const ref = await write('First?')
    await settle('Yes.', ref)
    const here = served.discord.history(support).filter(({ authorId }) => authorId === parley.discord.userId)
    expect(here.map(({ content, reference }) => [content, reference?.messageId])).toEqual([
      ['**Grace** from the web:\n> First?', question],
      ['Yes.', ref],
    ])
  })

  it('names, pings and fakes nobody, whatever it says', () => {
    const piece = fc.oneof(fc.constantFrom(...hostile), fc.string(), fc.constant('\n'))
    const anything = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(' '))
    fc.assert(
      fc.property(anything, anything, (name, text) => {
        const shown = relayContents({ name: name.replace(/\s+/g, ' ').slice(0, 60), text })
        for (const { text: content } of shown) {
          const [, ...lines] = content.split('\n')
          expect(lines.every(line => line.startsWith('> '))).toBe(true)
          expect(content).not.toMatch(/@(?:everyone|here)/)
          expect(content.length).toBeLessThanOrEqual(maxContentLength)
        }
      }),
    )
  })
})
