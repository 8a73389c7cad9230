/** Longer than any frame of a sane service; what is longer passes in pieces as it comes. */
const longestFrameBytes = 256 * 1024

const newline = 0x0a
const carriageReturn = 0x0d
const nothing = Buffer.alloc(0)

/**
 * Cuts a stream of server-sent events after whole frames, so that a stream that breaks has never shown half of one. Bytes
 * and their order stay; only what does not end a frame yet waits for the rest of it.
 */
export interface FrameCutter {
  /** All whole frames that are there now, as they came; empty while the first is not whole. */
  push(chunk: Buffer): Buffer
  /** What never became whole. */
  rest(): Buffer
}

export function createFrameCutter(): FrameCutter {
  let rest = nothing
  return {
    push(chunk) {
      // The usual case first: services write frame by frame.
      if (rest.length === 0 && endsFrame(chunk)) return chunk
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const end = lastFrameEnd(all)
      if (end === 0 && all.length > longestFrameBytes) {
        rest = nothing
        return all
      }
      // A copy: the chunk is part of a larger piece of memory that is not to be kept for a few bytes.
      rest = end === all.length ? nothing : Buffer.from(all.subarray(end))
      return all.subarray(0, end)
    },
    rest: () => rest,
  }
}

/** The frames of whole ones, each with the blank line that ends it. */
export function* eachFrame(whole: Buffer): Generator<Buffer> {
  for (let from = 0; from < whole.length; ) {
    const end = nextFrameEnd(whole, from)
    yield whole.subarray(from, end)
    from = end
  }
}

/** What the `data:` lines of a frame say. */
export function dataOf(frame: Buffer): string {
  return frame
    .toString('utf8')
    .split(/\r?\n/)
    .filter(line => line.startsWith('data:'))
    .map(line => line.slice(line[5] === ' ' ? 6 : 5))
    .join('\n')
}

function endsFrame(bytes: Buffer): boolean {
  const last = bytes.length - 1
  if (bytes[last] !== newline) return false
  return bytes[last - 1] === newline || (bytes[last - 1] === carriageReturn && bytes[last - 2] === newline)
}

function lastFrameEnd(bytes: Buffer): number {
  const plain = bytes.lastIndexOf('\n\n')
  const dos = bytes.lastIndexOf('\n\r\n')
  return Math.max(plain === -1 ? 0 : plain + 2, dos === -1 ? 0 : dos + 3)
}

function nextFrameEnd(bytes: Buffer, from: number): number {
  const plain = bytes.indexOf('\n\n', from)
  const dos = bytes.indexOf('\n\r\n', from)
  const ends = [plain === -1 ? bytes.length : plain + 2, dos === -1 ? bytes.length : dos + 3]
  return Math.min(...ends)
}
