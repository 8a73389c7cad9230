import { sentences } from '../../core/catalogue.ts'
import { ParleyError } from '../../core/errors.ts'
import type { RelayTarget } from '../../core/platform.ts'
import { closeMarkdown } from '../../markdown/close.ts'
import { literalMarkdown, quotedPieces } from '../../markdown/quoted.ts'
import type { Content } from './contents.ts'
import { maxContentLength } from './limits.ts'
import { toDiscord } from './markdown.ts'
import { createAnswer, type RenderDependencies } from './render.ts'
import { answerPlace } from './thread-place.ts'

/** Shows in its thread what was written on the web, in Parts as of an answer. */
export async function relay(deps: RenderDependencies, target: RelayTarget): Promise<string> {
  const { dialogue } = target
  const place = await answerPlace(deps.rest, { ...target, askedRef: dialogue.thread.threadId })
  const contents = relayContents(target)
  const answer = createAnswer(deps, target, place, await target.parts.list(), () => contents)
  await deps.pump
    .lane(place.channelId)
    .finish(`relay:${target.messageId}`, () => answer.step({ text: target.text, state: 'done' }))
  const ref = answer.firstRef()
  if (ref === undefined)
    throw new ParleyError('platform_unavailable', 'Discord does not show what it was given.')
  return ref
}

export function relayContents({ name, text }: Pick<RelayTarget, 'name' | 'text'>): readonly Content[] {
  const pieces = quotedPieces(toDiscord(closeMarkdown(text)).trim(), {
    limit: maxContentLength,
    heading: piece => toDiscord(sentences.fromWeb(literalMarkdown(name), piece)),
  })
  return pieces.map(piece => ({ text: piece, stoppable: false }))
}
