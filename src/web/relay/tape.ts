const firstBytes = 4 * 1024

/** What went by, up to so many bytes: for counting and keeping it afterwards. */
export interface Tape {
  add(chunk: Buffer): void
  /** What was taken down. */
  bytes(): Buffer
  /** All that went by. */
  readonly length: number
  readonly truncated: boolean
}

/** Copies, because a chunk is part of a larger piece of memory that would be held with it. */
export function createTape(mostBytes: number): Tape {
  let held = Buffer.allocUnsafe(0)
  let taken = 0
  let length = 0
  return {
    add(chunk) {
      length += chunk.length
      const room = Math.min(chunk.length, mostBytes - taken)
      if (room <= 0) return
      if (taken + room > held.length) {
        const larger = Buffer.allocUnsafe(Math.min(mostBytes, Math.max(firstBytes, 2 * (taken + room))))
        held.copy(larger, 0, 0, taken)
        held = larger
      }
      chunk.copy(held, taken, 0, room)
      taken += room
    },
    bytes: () => held.subarray(0, taken),
    get length() {
      return length
    },
    get truncated() {
      return length > taken
    },
  }
}
