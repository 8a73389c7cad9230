import { ParleyError } from '../errors.ts'
import type { LanguageModel, ModelEvent, ModelRequest, ModelResponse } from '../model.ts'

/** A place in a script where the model waits until a test opens it. */
export interface Gate {
  /** Resolves once a stream waits here. */
  readonly reached: Promise<void>
  open(): void
}

interface Waiting extends Gate {
  readonly opened: Promise<void>
  arrive(): void
}

/** What the model does next: say a text, wait at a gate, or fail. */
export type ModelStep = string | Gate | ParleyError

export interface ScriptEnd {
  readonly finishReason?: string
  /** null for a provider that never says. */
  readonly usage?: ModelResponse['usage'] | null
}

export interface ScriptedModel extends LanguageModel {
  /** Every request so far, oldest first. */
  readonly requests: readonly ModelRequest[]
  /** How many streams have not ended yet. */
  readonly open: number
  /** The next request that has no script yet is answered by these steps. */
  script(steps: readonly ModelStep[], end?: ScriptEnd): void
  /** A new gate, closed. */
  gate(): Gate
  /** Resolves once `count` requests came in all. */
  whenAsked(count: number): Promise<void>
}

type Script = { readonly steps: readonly ModelStep[]; readonly end: ScriptEnd }

/** A model that says what a test tells it to, in that order; requests beyond the scripts get `unscripted`. */
export function createScriptedModel(unscripted: readonly ModelStep[] = ['All right.']): ScriptedModel {
  const scripts: Script[] = []
  const gates = new WeakMap<Gate, Waiting>()
  const requests: ModelRequest[] = []
  let watchers: { readonly count: number; readonly resolve: () => void }[] = []
  let open = 0

  const taken = (request: ModelRequest): Script => {
    requests.push(structuredClone(request))
    for (const watcher of watchers) if (watcher.count <= requests.length) watcher.resolve()
    watchers = watchers.filter(watcher => watcher.count > requests.length)
    return scripts.shift() ?? { steps: unscripted, end: {} }
  }

  return {
    name: 'scripted model',
    practice: true,
    requests,
    get open() {
      return open
    },
    script: (steps, end = {}) => void scripts.push({ steps, end }),
    gate() {
      const gate = createGate()
      gates.set(gate, gate)
      return gate
    },
    whenAsked: count =>
      new Promise(resolve => {
        if (requests.length >= count) resolve()
        else watchers.push({ count, resolve })
      }),
    async *stream(request, signal) {
      open += 1
      try {
        const script = taken(request)
        yield* play(request, script, signal, gate => gates.get(gate))
      } finally {
        open -= 1
      }
    },
  }
}

/** A whole stream, as a list. */
export async function collectEvents(stream: AsyncIterable<ModelEvent>): Promise<readonly ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

async function* play(
  request: ModelRequest,
  { steps, end }: Script,
  signal: AbortSignal,
  waitingAt: (gate: Gate) => Waiting | undefined,
): AsyncGenerator<ModelEvent, void> {
  const texts: string[] = []
  const failed = (error: ParleyError): ModelEvent => ({
    type: 'failed',
    error,
    response: responseOf(request, texts, { usage: null }),
  })
  for (const step of steps) {
    if (signal.aborted) break
    if (step instanceof ParleyError) return yield failed(step)
    if (typeof step === 'string') {
      texts.push(step)
      yield { type: 'text', text: step }
    } else {
      const gate = waitingAt(step)
      gate?.arrive()
      await Promise.race([gate?.opened, abortOf(signal)])
    }
  }
  if (signal.aborted) return yield failed(new ParleyError('aborted', 'The answer was stopped.'))
  yield { type: 'finished', response: responseOf(request, texts, { finishReason: 'stop', ...end }) }
}

function responseOf(request: ModelRequest, texts: readonly string[], end: ScriptEnd): ModelResponse {
  const { finishReason } = end
  const usage = end.usage === undefined ? countedUsage(request, texts) : end.usage
  return {
    providerId: 'scripted',
    model: request.model,
    choices: [
      {
        index: 0,
        role: 'assistant',
        content: texts.join(''),
        ...(finishReason === undefined ? {} : { finishReason }),
      },
    ],
    ...(usage ? { usage } : {}),
  }
}

/** A token a message and a token a text: enough to tell one request from another. */
function countedUsage(request: ModelRequest, texts: readonly string[]): NonNullable<ModelResponse['usage']> {
  const inputTokens = request.messages.length
  const outputTokens = texts.length
  return { inputTokens, cachedInputTokens: 0, outputTokens, totalTokens: inputTokens + outputTokens }
}

function createGate(): Waiting {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    opened: opened.promise,
    open: () => opened.resolve(),
    arrive: () => reached.resolve(),
  }
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
