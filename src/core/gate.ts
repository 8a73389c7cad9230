import { ParleyError } from './errors.ts'

/** Lets so many through at once; the others wait in the order in which they came. */
export interface Gate {
  /** Throws `rate_limited` at once when `maxWaiting` wait already. */
  pass<T>(work: () => Promise<T>): Promise<T>
}

export function createGate({
  atOnce,
  maxWaiting,
}: {
  readonly atOnce: number
  readonly maxWaiting: number
}): Gate {
  const waiting: (() => void)[] = []
  let within = 0
  return {
    async pass(work) {
      if (within < atOnce) within += 1
      else {
        if (waiting.length >= maxWaiting) {
          throw new ParleyError('rate_limited', 'Too many ask for this at once.', { retryAfterMs: 5_000 })
        }
        await new Promise<void>(resolve => void waiting.push(resolve))
      }
      try {
        return await work()
      } finally {
        // The place goes to the next in line, so that nobody who comes now gets before them.
        const next = waiting.shift()
        if (next) next()
        else within -= 1
      }
    },
  }
}
