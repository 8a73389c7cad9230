import { type Agent, requestTo } from './agent.ts'
import { withoutEcho } from './echo.ts'
import { askWhole, type LanguageModel, type ModelMessage } from './model.ts'
import { networkOf, type RateLimit } from './rate-limit.ts'
import { toEnvelope } from './speaker.ts'
import type { Store } from './store.ts'

/** A question of a visitor's with its answer; carried by the page itself, kept nowhere. */
export interface DemoExchange {
  readonly question: string
  readonly answer: string
}

export type DemoAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  /** The visitor's own share, or everybody's, is spent. */
  | { readonly kind: 'spent'; readonly by: 'visitor' | 'everybody' }
  | { readonly kind: 'failed' }

/** Trying Parley without an account. Off unless the installation's settings say otherwise. */
export interface Demo {
  isOn(): Promise<boolean>
  /** One answer, from at most the last few exchanges. Stores nothing but that an answer was given. */
  answer(asked: {
    readonly question: string
    readonly earlier: readonly DemoExchange[]
    readonly address: string | undefined
    readonly signal: AbortSignal
  }): Promise<DemoAnswer>
}

/** A taste: whoever wants more has an account in a minute. */
const demoPerVisitor: RateLimit = { tries: 5, windowMs: 60 * 60_000 }
/** What the owner pays for in a day, whatever comes. */
const demoForAll: RateLimit = { tries: 50, windowMs: 24 * 60 * 60_000 }

export const maxDemoQuestion = 1_000
export const maxDemoExchanges = 3
const maxDemoAnswer = 4_000
/** About the four thousand characters that are carried on. */
const maxDemoTokens = 1_000

export function createDemo(deps: {
  readonly store: Pick<Store, 'rateLimits' | 'settings'>
  readonly model: LanguageModel
  readonly agent: Agent
  readonly nowMs: () => number
}): Demo {
  const { store, model, agent, nowMs } = deps

  /** A try is a try, whatever became of it: what fails costs too. */
  async function spend(address: string | undefined): Promise<'visitor' | 'everybody' | undefined> {
    const atMs = nowMs()
    const visitor = `demo from ${networkOf(address)}`
    if (!(await store.rateLimits.take(visitor, demoPerVisitor, atMs)).allowed) return 'visitor'
    if ((await store.rateLimits.take('demo', demoForAll, atMs)).allowed) return undefined
    await store.rateLimits.giveBack(visitor, atMs)
    return 'everybody'
  }

  function messagesOf(question: string, earlier: readonly DemoExchange[]): readonly ModelMessage[] {
    const asked = (text: string): ModelMessage => ({
      role: 'user',
      content: toEnvelope({
        speaker: 'Visitor',
        atMs: nowMs(),
        text: text.slice(0, maxDemoQuestion).toWellFormed(),
        files: [],
      }),
    })
    return [
      { role: 'system', content: agent.instructions },
      ...earlier.slice(-maxDemoExchanges).flatMap((exchange): ModelMessage[] => [
        asked(exchange.question),
        {
          role: 'assistant',
          content: exchange.answer.slice(0, maxDemoAnswer).toWellFormed(),
        },
      ]),
      asked(question),
    ]
  }

  return {
    isOn: async () => (await store.settings.installation()).demo,
    async answer({ question, earlier, address, signal }) {
      const by = await spend(address)
      if (by) return { kind: 'spent', by }
      const brief = { ...agent, maxTokens: Math.min(maxDemoTokens, agent.maxTokens) }
      const request = requestTo(brief, messagesOf(question, earlier))
      const { response, error } = await askWhole(model, request, signal)
      const text = withoutEcho(response.choices[0]?.content ?? '', agent.name)
      return error || text.trim() === '' ? { kind: 'failed' } : { kind: 'answered', text }
    },
  }
}
