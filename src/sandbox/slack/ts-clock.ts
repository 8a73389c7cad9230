/** Slack's message ids: seconds with six decimals, unique and increasing within the workspace. */
export interface TsClock {
  next(): string
  /** Makes every later ts greater than this one. */
  observe(ts: string): void
}

export function createTsClock(now: () => number): TsClock {
  let lastMicros = 0
  return {
    next() {
      lastMicros = Math.max(Math.floor(now() * 1000), lastMicros + 1)
      const digits = String(lastMicros).padStart(7, '0')
      return `${digits.slice(0, -6)}.${digits.slice(-6)}`
    },
    observe(ts) {
      lastMicros = Math.max(lastMicros, Number(ts.replace('.', '')))
    },
  }
}

export const msOf = (ts: string): number => Math.floor(Number(ts) * 1000)
