import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'

/** How every token of an encoding is spelled, as bytes, one behind the other in the order of their ranks. */
export interface Vocabulary {
  readonly size: number
  readonly spelling: Uint8Array
  /** Where the token of each rank begins, and last where the last one ends. */
  readonly spelledFrom: Int32Array
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const base64 = new Uint8Array(256)
for (let value = 0; value < alphabet.length; value += 1) base64[alphabet.charCodeAt(value)] = value
const [newline, space, zero, padding] = [10, 32, 48, 61]

/** "IQ== 0" and its line's end. */
const shortestLine = 7

/**
 * Reads gpt-tokenizer's vocabulary as the file it ships, a line of `BASE64 RANK` for each token: its JavaScript form is
 * an array of 200,000 strings that is never let go of. What is larger than needed here is memory that is never touched.
 */
export function readO200k(): Vocabulary {
  const file = openSync(createRequire(import.meta.url).resolve('gpt-tokenizer/data/o200k_base.tiktoken'), 'r')
  try {
    const { size } = fstatSync(file)
    return readLines(piece => readSync(file, piece), size)
  } finally {
    closeSync(file)
  }
}

function readLines(readInto: (piece: Uint8Array) => number, bytes: number): Vocabulary {
  const spelling = new Uint8Array(bytes)
  const starts = new Int32Array(1 + bytes / shortestLine)
  const piece = new Uint8Array(65_536)
  let size = 0
  let written = 0
  let [held, bits, rank, isRank] = [0, 0, 0, false]
  for (let length = readInto(piece); length > 0; length = readInto(piece))
    for (let at = 0; at < length; at += 1) {
      const sign = piece[at] ?? 0
      if (sign === newline) {
        if (rank !== size)
          throw new Error(`The vocabulary is not as it was: rank ${rank} stands on line ${size}.`)
        size += 1
        starts[size] = written
        ;[held, bits, rank, isRank] = [0, 0, 0, false]
      } else if (isRank) rank = rank * 10 + sign - zero
      else if (sign === space) isRank = true
      else if (sign !== padding) {
        held = ((held << 6) | (base64[sign] ?? 0)) & 0xffff
        bits += 6
        if (bits < 8) continue
        bits -= 8
        spelling[written] = held >> bits
        written += 1
      }
    }
  return { size, spelling: spelling.subarray(0, written), spelledFrom: starts.subarray(0, size + 1) }
}
