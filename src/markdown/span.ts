/**
 * Inline constructs that are read as one piece, each with a bound on its length: a stray opener costs the reader
 * at most that much text, and holds a stream back at most that long.
 */
export interface Span {
  readonly end: number
  readonly text: string
}

/** `undefined`: not one, whatever follows. `'open'`: more text could still make it one. */
export type Reading = Span | 'open' | undefined

const maxCode = 1_000
const maxFormula = 300
const maxUrl = 2_000

/** A code span that begins with the backtick run at `at`. */
export function readCodeSpan(source: string, at: number, end: number): Reading {
  let open = at
  while (open < end && source[open] === '`') open++
  const length = open - at
  if (open === end) return 'open'
  const reach = source.slice(open, Math.min(end, open + maxCode + length))
  for (let from = reach.indexOf('`'); from !== -1 && from < maxCode; ) {
    let to = from
    while (open + to < end && source[open + to] === '`') to++
    if (to - from === length) return { end: open + to, text: codeText(reach.slice(0, from)) }
    from = reach.indexOf('`', to)
  }
  return end < open + maxCode + length ? 'open' : undefined
}

function codeText(raw: string): string {
  const line = raw.replaceAll('\n', ' ')
  return line.startsWith(' ') && line.endsWith(' ') && /[^ ]/.test(line) ? line.slice(1, -1) : line
}

const formulaEnds: Readonly<Record<string, string>> = { $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' }

/** A formula between `$`, `$$`, `\(` or `\[`. A dollar before a digit is money. */
export function readFormula(source: string, at: number, end: number): Reading {
  const two = source.slice(at, Math.min(end, at + 2))
  if (two === '$' || two === '\\') return 'open'
  const opener = formulaEnds[two] === undefined ? two.charAt(0) : two
  const closer = formulaEnds[opener]
  if (closer === undefined) return undefined
  const start = at + opener.length
  if (opener === '$' && (/[\s\d$]/.test(source.charAt(start)) || /\w/.test(source.charAt(at - 1))))
    return undefined
  const reach = source.slice(start, Math.min(end, start + maxFormula))
  for (let to = reach.indexOf(closer); to !== -1; to = reach.indexOf(closer, to + closer.length)) {
    const after = start + to + closer.length
    if (opener !== '$' || closesFormula(source, after, end)) {
      const text = reach.slice(0, to).replace(/\s+/g, ' ').trim()
      return isFormula(opener, text) ? { end: after, text } : undefined
    }
  }
  return reach.length < maxFormula ? 'open' : undefined
}

/** Escaped brackets are mostly only that: `\\[1\\]` is no formula, `\\[ x = 1 \\]` is one. */
function isFormula(opener: string, text: string): boolean {
  return opener === '\\[' ? /[\\^_=+]/.test(text) : text !== ''
}

function closesFormula(source: string, after: number, end: number): boolean {
  return !/\s/.test(source.charAt(after - 2)) && (after >= end || !/\w/.test(source.charAt(after)))
}

/** A bare web address whose colon stands at `colon`; it began no earlier than `from`. */
export function readBareUrl(
  source: string,
  colon: number,
  from: number,
  end: number,
): (Span & { readonly start: number }) | 'open' | undefined {
  const scheme = /(?<![A-Za-z0-9])https?$/i.exec(source.slice(Math.max(0, colon - 6), colon))
  if (scheme === null || colon - scheme[0].length < from) return undefined
  if (end - colon < 3) return '://'.startsWith(source.slice(colon, end)) ? 'open' : undefined
  if (!source.startsWith('://', colon)) return undefined
  const start = colon - scheme[0].length
  const raw = /^[\w.:@%~-]+(?:[/?#][^\s\p{Cc}\p{Cf}<>[\]{}|\\^`"*“”‘’「」『』、。，；：！？（）]*)?/u.exec(
    source.slice(colon + 3, Math.min(end, colon + maxUrl)),
  )
  if (raw === null) return colon + 3 === end ? 'open' : undefined
  const kept = trimmedUrl(raw[0])
  if (kept === '') return undefined
  return { start, end: colon + 3 + kept.length, text: source.slice(start, colon + 3) + kept }
}

/** Sentence marks after an address belong to the sentence, and so does a bracket it did not open. */
function trimmedUrl(raw: string): string {
  let unopened = 0
  for (const character of raw) unopened += character === ')' ? 1 : character === '(' ? -1 : 0
  let kept = raw.length
  for (; kept > 0; kept--) {
    const last = raw.charAt(kept - 1)
    if (last === ')' && unopened > 0) unopened--
    else if (!"?!.,:;_~'&".includes(last)) break
  }
  return raw.slice(0, kept)
}

/** An address between angle brackets. */
export function readAutolink(source: string, at: number, end: number): Reading {
  const limit = Math.min(end, at + maxUrl)
  for (let to = at + 1; to < limit; to++) {
    const character = source.charAt(to)
    if (character === '>') {
      const text = source.slice(at + 1, to)
      const isUrl = /^[A-Za-z][A-Za-z0-9+.-]{1,31}:[^|]+$/.test(text)
      return isUrl || /^[\w.!#$%&'*+/=?^{}~-]+@[\w-]+(?:\.[\w-]+)+$/.test(text)
        ? { end: to + 1, text }
        : undefined
    }
    if (character === '<' || character <= ' ') return undefined
  }
  return limit === end ? 'open' : undefined
}
