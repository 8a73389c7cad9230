import { describe, expect, it } from 'vitest'
import { createFaults, type Fault } from '../../sandbox/faults.ts'
import { watchedFaults } from './testing/watched-faults.ts'
import { long, shownFor, write } from './testing/writing.ts'
import { ada, eventually, openWorkshop, support } from './testing/workshop.ts'

const answerText = long(900)

/** Everything an answer calls in the way from its first word to its end. */
const methods = [
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
  'chat.postMessage',
  'chat.update',
  'conversations.replies',
] as const

type Kind = { readonly name: string; readonly fault: (method: string) => Fault }
const kinds: readonly Kind[] = [
  {
    name: '500 after the work was done',
    fault: method => ({ method, kind: 'server-error', afterCommit: true }),
  },
  { name: '503 instead of the work', fault: method => ({ method, kind: 'server-error', status: 503 }) },
  {
    name: 'a cut connection after the work was done',
    fault: method => ({ method, kind: 'cut', afterCommit: true }),
  },
  { name: 'a word to wait', fault: method => ({ method, kind: 'rate-limited', retryAfterMs: 1_000 }) },
  { name: 'an internal error', fault: method => ({ method, kind: 'refused', code: 'internal_error' }) },
]

describe('an answer while Slack fails', () => {
  for (const method of methods) {
    for (const { name, fault } of kinds) {
      it(`is shown once and whole after ${name} of ${method}`, async () => {
        const workshop = await openWorkshop({ speed: 40 })
        const { target, texts, ledger, seen } = workshop.ask()
        const { faults } = workshop.slack
        // To reach a post, an update or a lookup, streams have to be out of the way first.
        if (method === 'chat.postMessage' || method === 'chat.update') {
          faults.plan({ method: 'chat.startStream', kind: 'refused', code: 'unknown_method' })
        }
        if (method === 'conversations.replies') {
          faults.plan({ method: 'chat.startStream', kind: 'server-error', afterCommit: true })
        }
        faults.plan(fault(method))
        const rendering = await workshop.adapter.chat.open(target)
        await write(workshop, rendering, answerText, 80, 3)
        await rendering.settle({ text: answerText, state: 'done' })
        expect(texts()).toEqual([answerText])
        expect(seen().every(message => !message.streaming && message.buttons.length === 0)).toBe(true)
        expect(ledger.parts.filter(part => part.state === 'posted').map(part => part.ref)).toEqual(
          seen().map(message => message.id),
        )
        expect(ledger.parts.filter(part => part.state === 'posting')).toEqual([])
        const struck = workshop.slack.calls.find(call => call.method === method && call.outcome !== 'ok')
        expect(struck).toBeDefined()
      })
    }
  }

  for (const method of methods.slice(0, 5)) {
    for (const [when, slow] of Object.entries({
      'at once': { delayMs: 150, afterCommit: true },
      late: { delayMs: 150 },
      'long after it was looked for': { delayMs: 450 },
    })) {
      it(`is shown once and whole after ${method} timed out, carried out ${when}`, async () => {
        const workshop = await openWorkshop({ speed: 10, adapter: { callTimeoutMs: 60 } })
        const { target, texts, ledger } = workshop.ask()
        const { faults } = workshop.slack
        if (method === 'chat.postMessage' || method === 'chat.update') {
          faults.plan({ method: 'chat.startStream', kind: 'refused', code: 'unknown_method' })
        }
        faults.plan({ method, kind: 'slow', ...slow })
        const rendering = await workshop.adapter.chat.open(target)
        await write(workshop, rendering, long(300))
        await rendering.settle({ text: answerText, state: 'done' })
        expect(texts()).toEqual([answerText])
        expect(ledger.parts.filter(part => part.state === 'posting')).toEqual([])
      })
    }
  }

  it('shows the newest text when an older update arrives after it', async () => {
    const { faults, struck } = watchedFaults('chat.update')
    const workshop = await openWorkshop({
      speed: 10,
      slack: { faults },
      adapter: { callTimeoutMs: 60 },
    })
    const { target, texts } = workshop.ask()
    faults.plan({ method: 'chat.startStream', kind: 'refused', code: 'unknown_method' })
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The', state: 'streaming' })
    await eventually(() => expect(texts()).toEqual(['The']))
    faults.plan({ method: 'chat.update', kind: 'slow', delayMs: 150 })
    rendering.show({ text: 'The importer', state: 'streaming' })
    await eventually(() => expect(struck()).toBe(1))
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
    const updates = workshop.slack.calls.filter(call => call.method === 'chat.update')
    expect(updates.map(call => String(call.args['text']).length)).toEqual([
      answerText.length,
      12,
      answerText.length,
    ])
  })

  it('is shown once and whole when a fifth of all calls fail, in every way', async () => {
    let seed = 7
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    const faults = createFaults(random)
    const workshop = await openWorkshop({ speed: 60, slack: { faults, limits: 'off' } })
    for (const method of [...methods, 'chat.delete']) {
      for (const kind of kinds) faults.plan({ ...kind.fault(method), times: 1_000, probability: 0.04 })
    }
    for (let round = 0; round < 8; round++) {
      const { target, texts, ledger } = workshop.ask()
      const text = long(200 + round * 700)
      const settled = async (attempt: number): Promise<void> => {
        const rendering = await workshop.adapter.chat.open(target)
        if (attempt === 0) await write(workshop, rendering, text, 40, 6)
        // The worker takes a Turn up again when Slack was away for too long.
        await rendering.settle({ text, state: 'done' }).catch((error: unknown) => {
          void rendering.abandon()
          if (attempt > 5) throw error
          return settled(attempt + 1)
        })
      }
      await settled(0)
      expect(texts()).toEqual(shownFor(text))
      expect(ledger.parts.filter(part => part.state === 'posting')).toEqual([])
    }
  })

  it('finds and deletes a message that Slack made after it was thought lost', async () => {
    const workshop = await openWorkshop({ speed: 20 })
    const { target, texts, thread } = workshop.ask()
    const { faults, player } = workshop.slack
    faults.plan({ method: 'chat.startStream', kind: 'server-error' })
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The importer', state: 'streaming' })
    await eventually(() => expect(texts()).toHaveLength(1))
    // The lost call takes effect now.
    const late = { channel: thread.channelId, thread_ts: thread.threadId, markdown_text: 'The importer' }
    const started = await fetch(`${workshop.server.apiUrl}chat.startStream`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-practice-parley', 'content-type': 'application/json' },
      body: JSON.stringify({ ...late, recipient_user_id: ada, recipient_team_id: 'T0ACME' }),
    })
    expect(await started.json()).toMatchObject({ ok: true })
    expect(player.messages(support, thread.threadId)).toHaveLength(3)
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
  })

  it('says that Slack is away when it stays away, and can be settled later', async () => {
    const workshop = await openWorkshop({ speed: 60 })
    const { target, texts } = workshop.ask()
    workshop.slack.faults.plan({ method: 'chat.postMessage', kind: 'server-error', status: 503, times: 50 })
    const rendering = await workshop.adapter.chat.open(target)
    await expect(rendering.settle({ text: answerText, state: 'done' })).rejects.toMatchObject({
      code: 'platform_unavailable',
    })
    void rendering.abandon()
    workshop.slack.faults.clear()
    const later = await workshop.adapter.chat.open(target)
    await later.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
  })

  it('says how long Slack asks to wait when that is too long to wait for', async () => {
    const workshop = await openWorkshop({ speed: 60 })
    const { target } = workshop.ask()
    workshop.slack.faults.plan({ method: 'chat.postMessage', kind: 'rate-limited', retryAfterMs: 120_000 })
    const rendering = await workshop.adapter.chat.open(target)
    await expect(rendering.settle({ text: answerText, state: 'done' })).rejects.toMatchObject({
      code: 'platform_unavailable',
      retryAfterMs: 120_000,
    })
  })

  it('says that it will never be shown where Parley may not write', async () => {
    const workshop = await openWorkshop()
    const { target } = workshop.ask()
    workshop.slack.leave(support, 'U0PARLEY')
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The importer', state: 'streaming' })
    await expect(rendering.settle({ text: answerText, state: 'done' })).rejects.toMatchObject({
      code: 'platform_refused',
    })
  })
})
