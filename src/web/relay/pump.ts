import type { Usage } from '../../core/usage.ts'
import { isUsageFrame, parseAnswer, usageOf } from './completion.ts'
import { createFrameCutter, dataOf, eachFrame } from './frames.ts'
import type { Outlet } from './outlet.ts'
import { createTape, type Tape } from './tape.ts'

/** Takes one answer through to the client, byte for byte, and notes on the way what it cost. */
export interface Pump {
  data(chunk: Buffer): boolean
  /** The service ended. Tells whether it was a whole answer. */
  end(): boolean
  /** The service broke off after something was written. */
  broken(): void
  readonly tape: Tape
  readonly usage: Usage | undefined
  readonly streamed: boolean
}

export interface PumpOptions {
  readonly outlet: Outlet
  /** Headers to begin with. */
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
  /** The frame with the usage was not asked for by the client, and stays here. */
  readonly hidesUsage: boolean
  readonly mostTapeBytes: number
}

/** A stream that ends like one of these is whole. */
const lastWords = /data: ?\[DONE\]|"finish_reason": ?"|"error": ?[{"]/

const brokenOff = {
  error: {
    message: 'The model service broke off before the end of this answer.',
    type: 'upstream_error',
    param: null,
    code: 'upstream_broken',
  },
}
const brokenFrame = Buffer.from(`data: ${JSON.stringify(brokenOff)}\n\n`)

const usageMark = Buffer.from('"usage"')
const nothing = Buffer.alloc(0)

export function createStreamPump({ outlet, headers, status, hidesUsage, mostTapeBytes }: PumpOptions): Pump {
  const cutter = createFrameCutter()
  const tape = createTape(mostTapeBytes)
  let usage: Usage | undefined
  let before: Buffer = nothing
  let last: Buffer = nothing
  function pass(bytes: Buffer): boolean {
    if (bytes.length === 0) return true
    before = last
    last = bytes
    tape.add(bytes)
    if (!outlet.begun) outlet.head(status, headers)
    return outlet.write(bytes)
  }
  /** Reads the usage, and leaves out the frame that nobody asked for. */
  function metered(whole: Buffer): Buffer {
    if (!whole.includes(usageMark)) return whole
    const kept: Buffer[] = []
    for (const frame of eachFrame(whole)) {
      const answer = frame.includes(usageMark) ? parseAnswer(dataOf(frame)) : undefined
      usage = (answer && usageOf(answer)) ?? usage
      if (!(hidesUsage && answer && isUsageFrame(answer))) kept.push(frame)
    }
    return Buffer.concat(kept)
  }
  let gathered: Buffer[] = []
  let flows = true
  /** What one reading of the connection brought goes on as one piece: each piece costs more than its bytes. */
  function flush(): void {
    const [first, ...more] = gathered
    if (!first) return
    gathered = []
    const all = more.length === 0 ? first : Buffer.concat([first, ...more])
    flows = pass(metered(cutter.push(all)))
  }
  outlet.onDrain(() => {
    flows = true
  })
  return {
    data(chunk) {
      if (gathered.length === 0) queueMicrotask(flush)
      gathered.push(chunk)
      return flows
    },
    end() {
      flush()
      const rest = cutter.rest()
      const isWhole = lastWords.test(Buffer.concat([before, last, rest]).toString('latin1'))
      pass(isWhole ? metered(rest) : brokenFrame)
      outlet.end()
      return isWhole
    },
    broken() {
      flush()
      pass(brokenFrame)
      outlet.end()
    },
    tape,
    streamed: true,
    get usage() {
      return usage
    },
  }
}

/** A whole answer up to this size is held back until its end, so that one that breaks is a plain error. */
const heldBytes = 1024 * 1024

export function createWholePump({ outlet, headers, status, mostTapeBytes }: PumpOptions): Pump {
  const tape = createTape(mostTapeBytes)
  const held: Buffer[] = []
  let usage: Usage | undefined
  function begin(more: Readonly<Record<string, string>>): boolean {
    if (!outlet.begun) outlet.head(status, { ...headers, ...more })
    return (
      held
        .splice(0)
        .map(chunk => outlet.write(chunk))
        .at(-1) ?? true
    )
  }
  return {
    data(chunk) {
      tape.add(chunk)
      if (outlet.begun) return outlet.write(chunk)
      held.push(Buffer.from(chunk))
      return tape.length <= heldBytes || begin({})
    },
    end() {
      usage = tape.truncated ? undefined : usageIn(tape.bytes())
      begin({ 'content-length': String(tape.length) })
      outlet.end()
      return true
    },
    broken: () => outlet.cut(),
    tape,
    streamed: false,
    get usage() {
      return usage
    },
  }
}

function usageIn(bytes: Buffer): Usage | undefined {
  const answer = parseAnswer(bytes.toString('utf8'))
  return answer && usageOf(answer)
}
