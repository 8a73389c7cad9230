import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../errors.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from '../model.ts'
import { collectEvents } from './scripted-model.ts'

/** What the model behind the port is made to do with the next request. */
export interface ContractScript {
  readonly texts: readonly string[]
  /** Says no more after all texts, and does not end. */
  readonly hangs?: boolean
  /** Fails after all texts. */
  readonly fails?: Extract<ErrorCode, 'model_unreachable' | 'model_auth' | 'context_overflow'>
  readonly finishReason?: string
  readonly usage?: { readonly input: number; readonly cached: number; readonly output: number }
}

export interface ContractSubject {
  readonly model: LanguageModel
  /** The name of a model that the service behind the port has. */
  readonly modelName: string
  script(script: ContractScript): void
  /** What the service behind the port was asked so far. */
  asked(): readonly ModelRequest['messages'][]
  close?(): Promise<void>
}

/** What every LanguageModel must do; run against each implementation. */
export function languageModelContract(name: string, make: () => Promise<ContractSubject>): void {
  describe(`${name} keeps the promises of a LanguageModel:`, () => {
    let subject: ContractSubject
    let request: ModelRequest

    beforeEach(async () => {
      subject = await make()
      request = {
        model: subject.modelName,
        messages: [
          { role: 'system', content: 'You are Parley.' },
          { role: 'user', content: 'Ada asks what changed since Tuesday.' },
        ],
        maxTokens: 500,
      }
    })
    afterEach(async () => subject.close?.())

    const ask = (signal = new AbortController().signal) =>
      collectEvents(subject.model.stream(request, signal))

    test('its texts joined are the content, and finished comes once, last', async () => {
      subject.script({ texts: ['Two ', 'things ', 'changed: ', '日本語 and 👩‍🚀.'] })
      const events = await ask()
      expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'text', 'text', 'finished'])
      expect(textOf(events)).toBe('Two things changed: 日本語 and 👩‍🚀.')
      expect(contentOf(events)).toBe(textOf(events))
    })

    test('the service gets the messages as they were given', async () => {
      subject.script({ texts: ['Nothing.'] })
      await ask()
      expect(subject.asked()).toEqual([request.messages])
    })

    test('usage and the word of the end are the provider’s', async () => {
      subject.script({
        texts: ['Half a sen'],
        finishReason: 'length',
        usage: { input: 90, cached: 64, output: 7 },
      })
      const last = (await ask()).at(-1)
      expect(last).toMatchObject({
        type: 'finished',
        response: {
          choices: [{ index: 0, role: 'assistant', content: 'Half a sen', finishReason: 'length' }],
          usage: { inputTokens: 90, cachedInputTokens: 64, outputTokens: 7, totalTokens: 97 },
        },
      })
    })

    test('a failure before the first text is one failed event with nothing in it', async () => {
      subject.script({ texts: [], fails: 'model_auth' })
      const events = await ask()
      expect(events).toMatchObject([{ type: 'failed', error: { code: 'model_auth' } }])
      expect(contentOf(events)).toBe('')
    })

    test('a prompt that is too long is told by its code', async () => {
      subject.script({ texts: [], fails: 'context_overflow' })
      expect(await ask()).toMatchObject([{ type: 'failed', error: { code: 'context_overflow' } }])
      expect(subject.asked()).toHaveLength(1)
    })

    test('a failure in the middle keeps what was said, and is not asked again', async () => {
      subject.script({ texts: ['It began ', 'well'], fails: 'model_unreachable' })
      const events = await ask()
      expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'failed'])
      expect(events.at(-1)).toMatchObject({ error: { code: 'model_unreachable' } })
      expect(contentOf(events)).toBe('It began well')
      expect(subject.asked()).toHaveLength(1)
    })

    test('an abort in the middle is failed with aborted, with what was said', async () => {
      subject.script({ texts: ['As I was ', 'saying'], hangs: true })
      const stop = new AbortController()
      const events: ModelEvent[] = []
      for await (const event of subject.model.stream(request, stop.signal)) {
        events.push(event)
        if (textOf(events) === 'As I was saying') stop.abort()
      }
      expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'failed'])
      expect(events.at(-1)).toMatchObject({ error: { code: 'aborted' } })
      expect(contentOf(events)).toBe('As I was saying')
    })

    test('an abort before the start is failed with aborted', async () => {
      subject.script({ texts: ['Never said.'] })
      expect(await ask(AbortSignal.abort())).toMatchObject([
        { type: 'failed', error: { code: 'aborted' }, response: { choices: [{ content: '' }] } },
      ])
    })

    test('after one failure the next request is answered', async () => {
      subject.script({ texts: ['Oh'], fails: 'model_unreachable' })
      subject.script({ texts: ['All is well.'] })
      await ask()
      expect(contentOf(await ask())).toBe('All is well.')
    })

    test('two requests at once do not mix', async () => {
      subject.script({ texts: ['One'] })
      subject.script({ texts: ['Two'] })
      const answers = await Promise.all([ask(), ask()])
      expect(new Set(answers.map(contentOf))).toEqual(new Set(['One', 'Two']))
    })
  })
}

function textOf(events: readonly ModelEvent[]): string {
  return events.map(event => (event.type === 'text' ? event.text : '')).join('')
}

function contentOf(events: readonly ModelEvent[]): string | undefined {
  const last = events.at(-1)
  return last && last.type !== 'text' ? last.response.choices[0]?.content : undefined
}
