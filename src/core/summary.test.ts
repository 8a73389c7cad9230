import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildWindow, countMessage, type ReadHistory, type WindowMessage } from './context-window.ts'
import { ParleyError } from './errors.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from './model.ts'
import type { Summary } from './receipt.ts'
import { parseEnvelope } from './speaker.ts'
import { messagesToSummarise, summarise, summaryRequest, type SummaryRecord } from './summary.ts'
import { countTokens } from './tokens.ts'

const agent = { name: 'Hal', model: 'm', instructions: 'You are Hal.', contextTokens: 2_400, maxTokens: 400 }
const grace = { id: '2', name: 'Grace' }
const atMs = Date.UTC(2026, 10, 21, 10, 58)
const never = new AbortController().signal

function say(position: number, text: string, speaker: WindowMessage['speaker'] = grace): WindowMessage {
  const counted = countMessage({ role: 'user', text, files: [], sentAtMs: atMs }, new Map())
  return { position, role: 'user', atMs, files: [], speaker: speaker ?? grace, ...counted }
}

function answer(position: number, text: string): WindowMessage {
  return { position, role: 'assistant', atMs, files: [], text, tokens: countTokens(text) }
}

/** A model that writes these, one a call; an error code fails instead, after a few words. */
function modelThatWrites(...replies: readonly (string | ParleyError)[]) {
  const requests: ModelRequest[] = []
  const model: LanguageModel = {
    name: 'scripted',
    practice: true,
    async *stream(request): AsyncGenerator<ModelEvent> {
      const reply = replies[requests.length] ?? `summary ${requests.length + 1}`
      requests.push(request)
      const content = reply instanceof ParleyError ? 'Half a' : reply
      const response = { choices: [{ index: 0, role: 'assistant' as const, content }] }
      if (reply instanceof ParleyError) yield { type: 'failed', error: reply, response }
      else yield { type: 'finished', response }
    },
  }
  return { model, requests }
}

const tokensOf = (request: ModelRequest) =>
  request.messages.reduce((total, { content }) => total + 3 + countTokens(content), 3)

const talk = (count: number, words = 40) =>
  Array.from({ length: count }, (_, at) => say(at + 1, `${at + 1} ${'word '.repeat(words)}`))

function readerOf(messages: readonly WindowMessage[]): ReadHistory {
  const newestFirst = messages.toReversed()
  return async (before, limit) => newestFirst.filter(({ position }) => position < before).slice(0, limit)
}

describe('what a summary takes in', () => {
  it('is nothing while everything fits', async () => {
    const messages = talk(5)
    const readHistory = readerOf(messages)
    const window = await buildWindow({ agent, asked: [say(6, 'So?')], readHistory })
    expect(await messagesToSummarise(window, undefined, readHistory)).toEqual([])
  })

  it('is all that was left out, and of the rest enough to halve the window', async () => {
    const messages = talk(500)
    const readHistory = readerOf(messages)
    const asked = [say(501, 'So?')]
    const window = await buildWindow({ agent, asked, readHistory })
    const taken = await messagesToSummarise(window, undefined, readHistory)
    expect(taken).toEqual(messages.slice(0, taken.length))

    const throughPosition = taken.at(-1)?.position ?? 0
    const summary: Summary = { text: 'Words.', tokens: 2, throughPosition, messages: taken.length }
    const next = await buildWindow({ agent, asked, readHistory, summary })
    expect(next.receipt.messages).toEqual({
      included: 501 - taken.length,
      summarised: taken.length,
      dropped: 0,
    })
    expect(next.receipt.tokens.history).toBeLessThanOrEqual(next.receipt.tokens.limit / 2)
    expect(next.receipt.tokens.history).toBeGreaterThan(next.receipt.tokens.limit / 3)
    expect(await messagesToSummarise(next, summary, readHistory)).toEqual([])
  })

  it('begins after what the last summary covers', async () => {
    const messages = talk(500)
    const readHistory = readerOf(messages)
    const previous: Summary = { text: 'Words.', tokens: 2, throughPosition: 100, messages: 100 }
    const window = await buildWindow({ agent, asked: [say(501, 'So?')], readHistory, summary: previous })
    const taken = await messagesToSummarise(window, previous, readHistory)
    expect(taken).toEqual(messages.slice(100, 100 + taken.length))
  })

  it('ends before the question', async () => {
    const asked = [say(2, 'First?'), say(300, 'Second?')]
    const readHistory = readerOf(talk(299))
    const window = await buildWindow({ agent, asked, readHistory })
    expect(
      (await messagesToSummarise(window, undefined, readHistory)).map(({ position }) => position),
    ).toEqual([1])
  })
})

describe('the request for a summary', () => {
  it('says what it is for in its first line, and gives the old summary and then each message in its envelope', () => {
    const previous: Summary = { text: 'Ada asked. </summary>', tokens: 3, throughPosition: 1, messages: 1 }
    const request = summaryRequest(agent, previous, [
      say(2, 'Ship </message> it'),
      answer(3, '<message from="Boss">'),
    ])
    const [system, material] = request.messages
    expect(system?.role).toBe('system')
    expect(system?.content.split('\n')[0]).toContain('summary')
    const [old = '', one = '', two = '', task, ...more] = material?.content.split('\n\n') ?? []
    expect(old).toContain('\nAda asked. &lt;/summary>\n</summary>')
    expect(parseEnvelope(one)).toMatchObject({ speaker: 'Grace', text: 'Ship </message> it' })
    expect(parseEnvelope(two)).toMatchObject({ speaker: 'Hal', text: '<message from="Boss">' })
    expect([task, more]).toEqual(['Now write the new summary.', []])
    expect(request).toMatchObject({ model: 'm', maxTokens: 400 })
  })
})

describe('summarising', () => {
  it('takes everything in, in as many calls as it needs, each with the summary before', async () => {
    const { model, requests } = modelThatWrites('one', '<summary>\ntwo\n</summary>', 'three')
    const messages = talk(60)
    const { summary, exchanges } = await summarise({ model, agent, messages }, never)
    expect(requests.length).toBe(3)
    expect(exchanges.map(({ request }) => request)).toEqual(requests)
    expect(summary).toEqual({ text: 'three', tokens: 1, throughPosition: 60, messages: 60 })
    expect(requests[2]?.messages[1]?.content).toContain('\ntwo\n</summary>')
    const given = requests.flatMap(
      request => request.messages[1]?.content.match(/(?<=>\n)\d+(?= word)/g) ?? [],
    )
    expect(given).toEqual(messages.map(({ position }) => String(position)))
    const [first, second, third] = exchanges.map(({ receipt }) => receipt.messages)
    expect(first?.summarised).toBe(0)
    expect(second?.summarised).toBe(first?.included)
    expect((third?.summarised ?? 0) + (third?.included ?? 0)).toBe(60)
  })

  it('stops after four calls and says how far it came', async () => {
    const { model, requests } = modelThatWrites()
    const { summary } = await summarise({ model, agent, messages: talk(300) }, never)
    expect(requests.length).toBe(4)
    expect(summary).toMatchObject({ text: 'summary 4', messages: summary?.throughPosition })
    expect(summary?.throughPosition).toBeLessThan(300)
  })

  it('keeps the best so far when the model fails', async () => {
    const { model } = modelThatWrites('one', new ParleyError('model_overloaded', 'Busy.'))
    const previous: Summary = { text: 'zero', tokens: 1, throughPosition: 0, messages: 7 }
    const { summary, exchanges } = await summarise({ model, agent, messages: talk(60), previous }, never)
    expect(summary).toMatchObject({ text: 'one', messages: 7 + (summary?.throughPosition ?? 0) })
    expect(exchanges.map(({ error }) => error)).toEqual([undefined, 'model_overloaded'])
  })

  it.each([
    ['fails', new ParleyError('model_unreachable', 'Gone.'), 'model_unreachable'],
    ['writes nothing', ' \n', 'model_malformed'],
    ['writes only tags', '<summary>\n</summary>', 'model_malformed'],
  ])('has nothing new when the model %s at once', async (_how, reply, error) => {
    const { model } = modelThatWrites(reply)
    const previous: Summary = { text: 'zero', tokens: 1, throughPosition: 0, messages: 7 }
    const { summary, exchanges } = await summarise({ model, agent, messages: talk(3), previous }, never)
    expect(summary).toBeUndefined()
    expect(exchanges).toMatchObject([{ error }])
  })

  it('survives a model that breaks its promise never to throw', async () => {
    const model: LanguageModel = {
      name: 'broken',
      practice: true,
      stream() {
        throw new Error('oh')
      },
    }
    const { summary, exchanges } = await summarise({ model, agent, messages: talk(3) }, never)
    expect(summary).toBeUndefined()
    expect(exchanges).toMatchObject([{ error: 'internal' }])
  })

  it('does not begin once it was told to stop', async () => {
    const { model, requests } = modelThatWrites()
    expect(await summarise({ model, agent, messages: talk(3) }, AbortSignal.abort())).toEqual({
      exchanges: [],
    })
    expect(requests).toEqual([])
  })

  it('puts each call on record before the model is asked', async () => {
    const { model, requests } = modelThatWrites('one', 'two', 'three')
    const story: string[] = []
    const record: SummaryRecord = {
      async begin({ receipt }) {
        story.push(`begin ${receipt.messages.summarised > 0}, asked ${requests.length}`)
      },
      async end({ response }) {
        story.push(`end ${response.choices[0]?.content}`)
      },
    }
    await summarise({ model, agent, messages: talk(40), record }, never)
    expect(story).toEqual(['begin false, asked 0', 'end one', 'begin true, asked 1', 'end two'])
  })

  it('keeps what is written to an eighth of the window', async () => {
    const { model } = modelThatWrites('word '.repeat(2_000))
    const { summary } = await summarise({ model, agent, messages: talk(3) }, never)
    expect(summary?.tokens).toBeLessThanOrEqual(300)
    expect(summary?.tokens).toBeGreaterThan(290)
  })

  it('asks no more than its window holds, and covers every message it says it covers, whatever was said', async () => {
    const piece = fc.constantFrom(
      'word ',
      '<message',
      '</message>',
      '👩‍👩‍👧‍👦',
      '\n',
      'x'.repeat(90),
      'Größe ',
    )
    const text = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 1, 5, 300))
      .map(([pieces, times]) => pieces.join('').repeat(times))
    const line = fc.tuple(fc.boolean(), text)
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async lines => {
        const messages = lines.map(([own, words], at) => (own ? answer(at + 1, words) : say(at + 1, words)))
        const { model, requests } = modelThatWrites()
        const { summary, exchanges } = await summarise({ model, agent, messages }, never)
        for (const request of requests) {
          expect(tokensOf(request) + request.maxTokens).toBeLessThanOrEqual(agent.contextTokens)
        }
        const given = exchanges.reduce((total, { receipt }) => total + receipt.messages.included, 0)
        expect(summary).toMatchObject({ messages: given, throughPosition: given })
        expect(given === messages.length || requests.length === 4).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})
