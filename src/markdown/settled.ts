import { characterAfter, characterBefore, flanking } from './flanking.ts'
import { nextAtom, readLabel, readTarget } from './label.ts'
import { taskBox } from './parse.ts'

// Scripts written without spaces: between two of their letters nothing that follows can change what is before.
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3001\u3002\uff0c\uff01\uff1f]/u

interface Run {
  readonly marker: string
  readonly length: number
}

/**
 * How much of a paragraph that is still being written can be shown for good: up to the last edge of a word at
 * which no formatting, code, link, formula, address or escape is unfinished. Zero when nothing can.
 */
export function settledEnd(content: string): number {
  const end = content.length
  const open: Run[] = []
  let settled = 0
  let from = 0
  let at = taskBox.test(content) && end > 3 ? 3 : 0
  while (at < end) {
    if (open.length === 0 && isEdge(content, at)) settled = at
    const character = content.charAt(at)
    if (character === '!' || character === '[') {
      const next = skipLink(content, at, end)
      if (next === undefined) break
      if (next > at + 1) from = next
      at = next
    } else if (character === '*' || character === '_' || character === '~') {
      const run = runAt(content, at)
      if (at + run.length === end || !takeRun(content, at, run, open)) break
      at += run.length
    } else if (character === '&' && /^&#?\w*$/.test(content.slice(at, at + 40))) {
      break
    } else {
      const step = nextAtom(content, at, from, end)
      if (step.open || (step.whole && step.end >= end && character !== '\\')) break
      if (step.whole) from = step.end
      at = step.end
    }
  }
  return settled
}

function isEdge(content: string, at: number): boolean {
  if (at === 0) return false
  const before = characterBefore(content, at)
  if (/\s/.test(content.charAt(at))) return before !== '\\' && /\S/.test(before)
  return spaceless.test(before) && spaceless.test(characterAfter(content, at))
}

/** Past a link or image, or past a character that is certain to be none; nothing while it could still be one. */
function skipLink(content: string, at: number, end: number): number | undefined {
  const image = content.charAt(at) === '!'
  if (image && at + 1 >= end) return undefined
  if (image && content.charAt(at + 1) !== '[') return at + 1
  const label = readLabel(content, image ? at + 1 : at, end, !image)
  if (label.open) return undefined
  if (label.end === undefined) return at + 1
  const target = readTarget(content, label.end + 1, end)
  return target.open ? undefined : (target.end ?? at + 1)
}

function runAt(content: string, at: number): Run {
  const marker = content.charAt(at)
  let end = at
  while (content[end] === marker) end++
  return { marker, length: end - at }
}

/**
 * Opens or closes formatting. Only runs that pair off exactly are followed, where there is no doubt how the
 * parser pairs them; false for any other, which then holds back the rest of its paragraph.
 */
function takeRun(content: string, at: number, run: Run, open: Run[]): boolean {
  if (run.marker === '~' && run.length === 1) return true
  const before = characterBefore(content, at)
  const { canOpen, canClose } = flanking(before, characterAfter(content, at + run.length), run.marker)
  if (canClose && open.some(other => other.marker === run.marker)) {
    const top = open.pop()
    return top?.marker === run.marker && top.length === run.length
  }
  if (canOpen) open.push(run)
  return true
}
