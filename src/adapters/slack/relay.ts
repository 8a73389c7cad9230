import { sentences } from '../../core/catalogue.ts'
import { ParleyError } from '../../core/errors.ts'
import type { RelayTarget } from '../../core/platform.ts'
import type { Step } from '../../core/trail.ts'
import { closeMarkdown } from '../../markdown/close.ts'
import { literalMarkdown, quotedPieces } from '../../markdown/quoted.ts'
import type { Piece } from './layout.ts'
import { maxPieceLength } from './limits.ts'
import { toSlackMarkdown } from './markdown.ts'
import { isCommandThread } from './parse-action.ts'
import { createPartCalls, threadTsOf } from './part-calls.ts'
import { createPartWriter } from './part-writer.ts'
import type { RenderDependencies } from './render.ts'
import { settlePieces } from './settle.ts'

/** Shows in its thread what was written on the web, in Parts as of an answer that is no stream. */
export async function relay(deps: RenderDependencies, target: RelayTarget): Promise<string> {
  const { thread } = target.dialogue
  const { channelId } = thread
  const threadTs = threadTsOf(thread)
  if (isCommandThread(thread.threadId))
    throw new ParleyError('platform_refused', 'The thread was never opened.')
  const log = deps.log.with({ turnId: target.turnId, channelId })
  const mark = (step: Step, detail: string) =>
    deps.trail({ step, thread, turnId: target.turnId, detail: `from the web: ${detail}` })
  const writer = createPartWriter(
    {
      calls: createPartCalls(deps.slack, { channelId, ...threadTs }, target.turnId),
      ledger: target.parts,
      lookup: { slack: deps.slack, log, installation: deps.installation, channelId, ...threadTs },
      nowMs: () => deps.clock.nowMs(),
      mark,
      noStreams: deps.streams.missing,
      carriedOutWithinMs: deps.carriedOutWithinMs,
      // An answer waits for this: what came too late is one quoted message too many, which nobody waits for.
      lateUntilMs: 0,
    },
    await target.parts.list(),
  )
  writer.stopStreaming()
  const { clock, paces } = deps
  // Whoever loses the Turn meanwhile is told so by the ledger.
  const never = new AbortController().signal
  await settlePieces({ clock, paces, channelId, mark }, writer, relayPieces(target), never)
  const ref = writer.parts.get(0)?.ref
  if (ref === undefined)
    throw new ParleyError('platform_unavailable', 'Slack does not show what it was given.')
  return ref
}

export function relayPieces({ name, text }: Pick<RelayTarget, 'name' | 'text'>): readonly Piece[] {
  const pieces = quotedPieces(toSlackMarkdown(closeMarkdown(text)).trim(), {
    limit: maxPieceLength,
    heading: piece => toSlackMarkdown(sentences.fromWeb(literalMarkdown(name), piece)),
  })
  return pieces.map(piece => ({ text: piece, stoppable: false }))
}
