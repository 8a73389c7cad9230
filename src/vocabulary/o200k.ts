import { readFileSync } from 'node:fs'
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

/**
 * Reads gpt-tokenizer's vocabulary as the file it ships, a line of `BASE64 RANK` for each token: its JavaScript form is
 * an array of 200,000 strings that is never let go of. Makes no string itself, so that it leaves no garbage.
 */
export function readO200k(): Vocabulary {
  const file = readFileSync(createRequire(import.meta.url).resolve('gpt-tokenizer/data/o200k_base.tiktoken'))
  const starts = new Int32Array(1 + file.reduce((lines, sign) => (sign === newline ? lines + 1 : lines), 1))
  let size = 0
  // Decoded in its own place, where it is shorter than what was read.
  let written = 0
  for (let at = 0; at < file.length; at += 1) {
    let held = 0
    let bits = 0
    for (; at < file.length && file[at] !== space; at += 1) {
      const sign = file[at] ?? 0
      if (sign === padding) continue
      held = ((held << 6) | (base64[sign] ?? 0)) & 0xffff
      bits += 6
      if (bits < 8) continue
      bits -= 8
      file[written] = held >> bits
      written += 1
    }
    let rank = 0
    for (at += 1; at < file.length && file[at] !== newline; at += 1) rank = rank * 10 + (file[at] ?? 0) - zero
    if (rank !== size)
      throw new Error(`The vocabulary is not as it was: rank ${rank} stands on line ${size}.`)
    size += 1
    starts[size] = written
  }
  return {
    size,
    spelling: Uint8Array.from(file.subarray(0, written)),
    spelledFrom: starts.slice(0, size + 1),
  }
}
