import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Inbound } from '../../core/inbound.ts'
import type { RelayTarget } from '../../core/platform.ts'
import { createPartLedger, type MemoryPartLedger } from '../../core/testing/part-ledger.ts'
import { hostile } from '../../markdown/testing/hostile.ts'
import { practiceTokens } from '../../sandbox/slack/tokens.ts'
import { maxPieceLength } from './limits.ts'
import { relayPieces } from './relay.ts'
import type { SlackAdapter } from './slack.ts'
import {
  adasDirect,
  eventually,
  ignoreAll,
  openWorkshop,
  type Workshop,
  type WorkshopOptions,
} from './testing/workshop.ts'
import { long } from './testing/writing.ts'

async function openThread(options: WorkshopOptions = {}) {
  const workshop = await openWorkshop({ speed: 40, ...options })
  const asked = workshop.ask()
  const ledger = createPartLedger({ messageId: 'from-web', nowMs: () => workshop.clock.nowMs() })
  const write = async (
    text: string,
    by: SlackAdapter = workshop.adapter,
    parts: RelayTarget['parts'] = ledger,
  ) => {
    const ref = await by.chat.relay?.(targetOf(asked.target.dialogue, text, parts))
    if (ref === undefined) throw new Error('Slack relays.')
    return ref
  }
  return { workshop, ...asked, ledger, write }
}

const targetOf = (
  dialogue: RelayTarget['dialogue'],
  text: string,
  parts: RelayTarget['parts'],
): RelayTarget => ({
  messageId: 'from-web',
  turnId: 'turn-1',
  dialogue,
  name: 'Grace',
  text,
  parts,
  saveDelivery: () => Promise.resolve(),
})

const lost = (): Promise<never> => Promise.reject(new Error('The process died.'))
const states = (ledger: MemoryPartLedger) => ledger.parts.map(part => part.state)
const posts = ({ slack }: Workshop) => slack.calls.filter(({ method }) => method === 'chat.postMessage')

describe('what is written on the web, in Slack', () => {
  it('stands in the thread once, quoted under its writer’s name, and links unfurl nothing', async () => {
    const { workshop, texts, ledger, seen, write } = await openThread()
    const ref = await write('Does it **scale**?\n\nSee https://example.com')
    expect(texts()).toEqual(['**Grace** from the web:\n> Does it **scale**?\n> \n> See https://example.com'])
    expect(ledger.parts.map(part => part.ref)).toEqual([ref])
    expect(seen()[0]?.id).toBe(ref)
    expect(posts(workshop)[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' })
  })

  it('is heard back as Parley’s own and nothing else, whomever it names', async () => {
    const heard: Inbound[] = []
    const { texts, write } = await openThread({
      adapter: {
        appToken: practiceTokens.app,
        sockets: 1,
        receive(inbound) {
          heard.push(inbound)
          return ignoreAll(inbound)
        },
      },
    })
    const ref = await write('@Parley and <@U0PARLEY>: what now?')
    await eventually(() => expect(heard.some(inbound => inbound.key === `message:${ref}`)).toBe(true))
    expect(texts()).toHaveLength(1)
    const own = heard.filter(inbound => inbound.key === `message:${ref}`)
    expect(own).toMatchObject([{ kind: 'ignored', reason: 'own_message' }])
  })

  it('is changed when it was changed on the web, and shrinks where it needs less', async () => {
    const { texts, write, ledger } = await openThread()
    await write(long(maxPieceLength * 2))
    expect(texts().map(text => text.split('\n')[0])).toEqual([
      '**Grace** from the web (1 of 3):',
      '**Grace** from the web (2 of 3):',
      '**Grace** from the web (3 of 3):',
    ])
    await write('Never mind.')
    expect(texts()).toEqual(['**Grace** from the web:\n> Never mind.'])
    expect(states(ledger)).toEqual(['posted', 'removed', 'removed'])
  })

  it.each([
    ['before it was posted', 'plan'],
    ['between the post and its record', 'posted'],
  ] as const)('is posted once although the process died %s', async (_, when) => {
    const { workshop, texts, ledger, write } = await openThread()
    const parts = when === 'plan' ? afterPlan(ledger) : { ...ledger, posted: lost }
    await expect(write('Once?', workshop.adapter, parts)).rejects.toMatchObject({ code: 'internal' })
    await write('Once?', await workshop.another())
    expect(texts()).toEqual(['**Grace** from the web:\n> Once?'])
  })

  it.each(['cut', 'server-error'] as const)(
    'is posted once although the answer to it was lost: %s',
    async kind => {
      const { workshop, texts, write } = await openThread()
      workshop.slack.faults.plan({ method: 'chat.postMessage', kind, afterCommit: true })
      await write('Once?')
      expect(texts()).toEqual(['**Grace** from the web:\n> Once?'])
    },
  )

  it('never takes the answer’s messages for its own, nor the answer the relayed ones', async () => {
    const { workshop, target, texts, ledger, write, ledger: relayed } = await openThread()
    const ref = await write('First?')
    const answer = target.parts as MemoryPartLedger
    answer.elsewhere.add(ref)
    const rendering = await workshop.adapter.chat.open({ ...target, parts: { ...answer, posted: lost } })
    await rendering.settle({ text: 'Yes.', state: 'done' }).catch(() => rendering.abandon())
    const again = await (await workshop.another()).chat.open(target)
    await again.settle({ text: 'Yes.', state: 'done' })
    for (const { ref: own } of answer.parts) if (own !== undefined) ledger.elsewhere.add(own)
    await write('First, still?')
    expect(texts()).toEqual(['**Grace** from the web:\n> First, still?', 'Yes.'])
    expect(states(relayed)).toEqual(['posted'])
  })

  it('stands in direct messages too', async () => {
    const workshop = await openWorkshop()
    const asked = workshop.ask({ channelId: adasDirect })
    const ledger = createPartLedger({ messageId: 'from-web', nowMs: () => workshop.clock.nowMs() })
    await workshop.adapter.chat.relay?.(targetOf(asked.target.dialogue, 'Only us?', ledger))
    expect(asked.texts()).toEqual(['**Grace** from the web:\n> Only us?'])
  })

  it('is refused where the thread was never opened', async () => {
    const { workshop, target, ledger } = await openThread()
    const thread = { ...target.dialogue.thread, threadId: 'command:1' }
    const unopened = targetOf({ ...target.dialogue, thread }, 'Hello?', ledger)
    await expect(workshop.adapter.chat.relay?.(unopened)).rejects.toMatchObject({ code: 'platform_refused' })
    expect(posts(workshop)).toEqual([])
  })

  it('stands as a whole under its heading, whatever it says', () => {
    const piece = fc.oneof(fc.constantFrom(...hostile), fc.string(), fc.constant('\n'))
    const anything = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(' '))
    fc.assert(
      fc.property(anything, anything, (name, text) => {
        for (const { text: shown } of relayPieces({ name: name.replace(/\s+/g, ' ').slice(0, 60), text })) {
          const [, ...lines] = shown.split('\n')
          expect(lines.every(line => line.startsWith('> '))).toBe(true)
          expect(shown.length).toBeLessThanOrEqual(maxPieceLength)
        }
      }),
    )
  })
})

/** Dies as soon as its Part is planned. */
function afterPlan(ledger: MemoryPartLedger): RelayTarget['parts'] {
  return {
    ...ledger,
    async plan(ordinal) {
      await ledger.plan(ordinal)
      return lost()
    },
  }
}

describe('a link to a message on Slack', () => {
  it('leads to a thread’s root or a message in it, in its own workspace', async () => {
    const { workshop } = await openThread()
    const { chat } = workshop.adapter
    const thread = {
      platform: 'slack',
      workspaceId: 'T0ACME',
      channelId: 'C1',
      threadId: '17.000100',
    } as const
    expect(chat.messageUrl?.(thread)).toBe('https://acme.slack.com/archives/C1/p17000100')
    expect(chat.messageUrl?.(thread, '18.000200')).toBe(
      'https://acme.slack.com/archives/C1/p18000200?thread_ts=17.000100&cid=C1',
    )
    expect(chat.messageUrl?.(thread, 'web:1')).toBe('https://acme.slack.com/archives/C1/p17000100')
    expect(chat.messageUrl?.({ ...thread, threadId: 'command:1' })).toBeUndefined()
  })
})
