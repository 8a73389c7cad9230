import { cachedDataVersionTag } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { collectGarbage } from './collect-garbage.ts'

describe('collecting garbage', () => {
  it('gives back what nothing holds any more', () => {
    const rubble: object[][] = [Array.from({ length: 1_000_000 }, (_, index) => ({ index }))]
    const beforeBytes = process.memoryUsage().heapTotal
    rubble.pop()
    collectGarbage()
    expect(process.memoryUsage().heapTotal).toBeLessThan(beforeBytes - 20_000_000)
  })

  it('leaves V8 as it was: code that was compiled before is still good, and there is no gc', () => {
    const tag = cachedDataVersionTag()
    collectGarbage()
    expect(cachedDataVersionTag()).toBe(tag)
    expect(globalThis.gc).toBeUndefined()
  })
})
