import { nextAppend, type Piece } from './layout.ts'
import { maxAppendLength, maxStreamAgeMs, type PacedMethod } from './limits.ts'
import type { PartWriter, Shown } from './part-writer.ts'

/** The next call that an answer needs. */
export interface NextCall {
  readonly method: PacedMethod
  run(): Promise<void>
  readonly notBeforeMs?: number
}

const call = (method: PacedMethod, run: () => Promise<void>): NextCall => ({ method, run })

/**
 * What to call next so that an answer shows these pieces; undefined when it does. `final` ones are the whole answer:
 * every Part beyond them goes, and every stream is closed.
 */
export function nextCall(
  writer: PartWriter,
  pieces: readonly Piece[],
  final: boolean,
  nowMs: number,
): NextCall | undefined {
  for (const shown of writer.parts.values()) {
    if (shown.ref === undefined) return call('conversations.replies', () => writer.recover(shown))
  }
  for (const [ordinal, piece] of pieces.entries()) {
    const isLast = ordinal === pieces.length - 1
    const found = nextOf(
      writer,
      ordinal,
      piece,
      { final, whole: final || !isLast, ends: final && isLast },
      nowMs,
    )
    if (found) return found
  }
  return final ? nextRemoval(writer, pieces.length) : undefined
}

interface Standing {
  readonly final: boolean
  /** Nothing will be added to this piece. */
  readonly whole: boolean
  /** The answer ends with this piece. */
  readonly ends: boolean
}

function nextOf(
  writer: PartWriter,
  ordinal: number,
  piece: Piece,
  standing: Standing,
  nowMs: number,
): NextCall | undefined {
  const shown = writer.parts.get(ordinal)
  if (!shown) {
    return writer.streams() && !standing.final
      ? call('chat.startStream', () => writer.start(ordinal, piece))
      : call('chat.postMessage', () => writer.post(ordinal, piece))
  }
  if (shown.stream === 'doubtful')
    return call('chat.stopStream', () => writer.close(shown, '', standing.ends))
  if (shown.stream === 'open') return nextOfStream(writer, shown, piece, standing, nowMs)
  const same = shown.text === piece.text && shown.stoppable === piece.stoppable
  return same ? undefined : call('chat.update', () => writer.rewrite(shown, piece))
}

function nextOfStream(
  writer: PartWriter,
  shown: Shown,
  piece: Piece,
  { whole, ends }: Standing,
  nowMs: number,
): NextCall | undefined {
  const { text = '' } = shown
  const grows = piece.text.startsWith(text)
  if (whole) {
    const rest = grows ? piece.text.slice(text.length) : ''
    return call('chat.stopStream', () => writer.close(shown, rest, ends))
  }
  // A cut may fall a little earlier than what was already shown; nothing is taken back while text is coming.
  const behind = text.startsWith(piece.text)
  if (nowMs - shown.startedAtMs >= maxStreamAgeMs || (!grows && !behind)) {
    return call('chat.stopStream', () => {
      writer.stopStreaming()
      return writer.close(shown, '', false)
    })
  }
  if (behind) return undefined
  const more = nextAppend(piece.text.slice(text.length), maxAppendLength)
  return call('chat.appendStream', () => writer.append(shown, more))
}

function nextRemoval(writer: PartWriter, from: number): NextCall | undefined {
  const surplus = [...writer.parts.values()].find(({ part }) => part.ordinal >= from)
  if (surplus && surplus.stream !== 'closed') {
    return call('chat.stopStream', () => writer.close(surplus, '', true))
  }
  if (surplus) return call('chat.delete', () => writer.remove(surplus))
  const notBeforeMs = writer.sweepFromMs()
  if (notBeforeMs === undefined) return undefined
  return { ...call('conversations.replies', () => writer.sweep()), notBeforeMs }
}
