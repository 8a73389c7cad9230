const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** What would be read as formatting at the beginning of the next piece. */
const startsBlock = /^\s*(?:#{1,6}(?:\s|$)|[-*+•](?:\s|$)|-#|>|\d{1,9}[.)](?:\s|$)|`{3}|~{3}|[-=_*]{3}|\|)/

/**
 * Where to cut a window whose last line began at `start`: at its last space that is not inside code, a link or an
 * address, else at its last space, else between two characters. `ahead` is what follows the window.
 */
export function cutInLine(window: string, start: number, ahead: string, inFence: boolean): number {
  const line = window.slice(start)
  const least = Math.max(start + 1, Math.floor(window.length / 2))
  const kept = inFence ? [] : wholeSpans(line)
  let lastSpace = -1
  for (let at = window.length; at >= least; at--) {
    const next = at === window.length ? ahead.charAt(0) : window.charAt(at)
    if (!/\s/.test(next)) continue
    if (startsBlock.test((window.slice(at, at + 16) + ahead).trimStart())) continue
    if (lastSpace === -1) lastSpace = at
    if (!kept.some(span => start + span.from < at && at < start + span.to)) return at
  }
  return lastSpace === -1 ? betweenCharacters(window, start, ahead) : lastSpace
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Code spans, links and addresses of a line; one that is cut off by the window counts to its end. */
function wholeSpans(line: string): readonly Span[] {
  const spans: Span[] = []
  const pattern =
    /(?<!`)(`+)(?!`)[^`]{1,500}\1(?!`)|!?\[[^[\]]{0,300}\]\([^()]{0,500}\)|<[^<>\s][^<>]{0,500}>|(?<cut>\[[^[\]]{0,300}(?:\](?:\([^()]{0,500})?)?|[`<][^`<>\s][^`<>]{0,300})$/g
  for (const match of line.matchAll(pattern)) {
    const to = match.groups?.['cut'] === undefined ? match.index + match[0].length : Number.POSITIVE_INFINITY
    spans.push({ from: match.index, to })
  }
  return spans
}

/** The last place in the window between two whole characters, not before or in a run of backticks. */
function betweenCharacters(window: string, start: number, ahead: string): number {
  const from = Math.max(start, window.length - 64)
  let cut = window.length
  const segments = [...segmenter.segment(window.slice(from) + ahead.slice(0, 2))]
  for (const { index } of segments) if (index > 0 && from + index <= window.length) cut = from + index
  if (isSplit(window, ahead, cut)) cut--
  const whole = window + ahead
  let clear = cut
  while (clear > start + 1 && clear > cut - 64 && /[`~]/.test(whole.charAt(clear))) clear--
  if (isSplit(window, ahead, clear)) clear--
  return Math.max(1, startsBlock.test(whole.slice(clear)) ? cut : clear)
}

function isSplit(window: string, ahead: string, cut: number): boolean {
  const [before, after] = [window.charCodeAt(cut - 1), (window + ahead).charCodeAt(cut)]
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff && cut > 1
}
