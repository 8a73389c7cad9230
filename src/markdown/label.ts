import { readAutolink, readBareUrl, readCodeSpan, readFormula, type Reading } from './span.ts'

/** One step through inline text: where it ends, and whether more text could make it something else. */
export interface Atom {
  readonly end: number
  readonly open: boolean
  /** True when the step is a whole construct: code, formula, address, escape. */
  readonly whole: boolean
}

/** A link's label reaches at most this far: a stray bracket must not hold back a page. */
const maxLabel = 500
/** A label with more brackets inside one another is text; without a bound each of many brackets would look far. */
const maxBrackets = 16

/** Reads code, formulas, addresses and escapes as one step each, everything else a character at a time. */
export function nextAtom(source: string, at: number, from: number, end: number): Atom {
  switch (source.charAt(at)) {
    case '`': {
      let run = at
      while (run < end && source[run] === '`') run++
      return atom(readCodeSpan(source, at, end), run)
    }
    case '<':
      return atom(readAutolink(source, at, end), at + 1)
    case '$':
      return atom(readFormula(source, at, end), at + 1)
    case ':': {
      const url = readBareUrl(source, at, from, end)
      return atom(url, at + 1)
    }
    case '\\': {
      const formula = atom(readFormula(source, at, end), at + 2)
      return formula.end > end ? { end, open: true, whole: true } : { ...formula, whole: true }
    }
    default:
      return { end: at + 1, open: false, whole: false }
  }
}

function atom(reading: Reading, literalEnd: number): Atom {
  if (reading === 'open') return { end: literalEnd, open: true, whole: false }
  return reading === undefined
    ? { end: literalEnd, open: false, whole: false }
    : { end: reading.end, open: false, whole: true }
}

/** Where a label's closing bracket stands, if it has one, and whether more text could change that. */
export interface Label {
  readonly end?: number
  readonly open: boolean
}

/** The label whose opening bracket is at `start`. With `plain`, a link inside makes it no label. */
export function readLabel(source: string, start: number, end: number, plain: boolean): Label {
  const limit = Math.min(end, start + maxLabel)
  const images: boolean[] = [source.charAt(start - 1) === '!']
  if (!source.slice(start, limit).includes(']')) return { open: limit === end }
  let open = false
  let from = start + 1
  for (let at = from; at < limit; ) {
    const character = source.charAt(at)
    if (character === '[') {
      images.push(source.charAt(at - 1) === '!' && at - 1 >= from)
      if (images.length > maxBrackets) return { open }
      at++
    } else if (character === ']') {
      const image = images.pop() === true
      if (images.length === 0) return { end: at, open }
      const target = readTarget(source, at + 1, end)
      open ||= target.open
      if (target.end !== undefined && plain && !image) return { open }
      at = target.end ?? at + 1
      if (target.end !== undefined) from = at
    } else {
      const step = nextAtom(source, at, from, end)
      open ||= step.open
      at = step.end
      if (step.whole) from = at
    }
  }
  return { open: open || limit === end }
}

/** A link's target, `(address "title")`, that begins at `at`: where it ends, if it is one. */
export function readTarget(source: string, at: number, end: number): Label {
  if (at >= end) return { open: true }
  if (source.charAt(at) !== '(') return { open: false }
  let next = afterSpace(source, at + 1, end)
  if (next >= end) return { open: true }
  const address = readAddress(source, next, end)
  if (address.end === undefined) return address
  next = afterSpace(source, address.end, end)
  if (next >= end) return { open: true }
  if (next > address.end) {
    const title = readTitle(source, next, end)
    if (title.end !== undefined) next = afterSpace(source, title.end, end)
    else if (title.open) return title
  }
  if (next >= end) return { open: true }
  return source.charAt(next) === ')' ? { end: next + 1, open: false } : { open: false }
}

function afterSpace(source: string, at: number, end: number): number {
  let next = at
  while (next < end && ' \t\n'.includes(source.charAt(next))) next++
  return next
}

function readAddress(source: string, start: number, end: number): Label {
  if (source.charAt(start) === '<') return readAngled(source, start, end)
  let level = 0
  let at = start
  for (; at < end; at++) {
    const character = source.charAt(at)
    if (character <= ' ' || character === '\u007f') break
    if (character === '\\' && source.charAt(at + 1) !== ' ') at++
    else if (character === '(' && ++level > 32) return { open: false }
    else if (character === ')' && --level < 0) break
  }
  if (at >= end) return { open: true }
  // `[label]()` has an empty address, which is an address too.
  return level > 0 ? { open: false } : { end: at, open: false }
}

function readAngled(source: string, start: number, end: number): Label {
  for (let at = start + 1; at < end; at++) {
    const character = source.charAt(at)
    if (character === '>') return { end: at + 1, open: false }
    if (character === '\n' || character === '<') return { open: false }
    if (character === '\\') at++
  }
  return { open: true }
}

function readTitle(source: string, start: number, end: number): Label {
  const opener = source.charAt(start)
  if (!`"'(`.includes(opener)) return { open: false }
  const closer = opener === '(' ? ')' : opener
  for (let at = start + 1; at < end; at++) {
    const character = source.charAt(at)
    if (character === closer) return { end: at + 1, open: false }
    if (character === '(' && closer === ')') return { open: false }
    if (character === '\\') at++
  }
  return { open: true }
}
