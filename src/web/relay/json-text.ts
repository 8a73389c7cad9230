/** A JSON object as text, changed member by member: everything that is not named stays as it was written. */

/** Sets members of the object. What is there is replaced where it stands, every time it stands there; else put first. */
export function withMembers(text: string, changes: ReadonlyMap<string, unknown>, present: object): string {
  const added = [...changes].filter(([name]) => !Object.hasOwn(present, name))
  const replaced = new Map([...changes].filter(([name]) => Object.hasOwn(present, name)))
  const kept = replaced.size === 0 ? text : replaceMembers(text, replaced)
  if (added.length === 0) return kept
  const open = kept.indexOf('{') + 1
  const members = added.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')
  const comma = Object.keys(present).length === 0 ? '' : ','
  return kept.slice(0, open) + members + comma + kept.slice(open)
}

function replaceMembers(text: string, values: ReadonlyMap<string, unknown>): string {
  let result = ''
  let copied = 0
  for (const { name, start, end } of topMembers(text)) {
    if (!values.has(name)) continue
    result += text.slice(copied, start) + JSON.stringify(values.get(name))
    copied = end
  }
  return result + text.slice(copied)
}

/** Where the values of the outermost object stand in a text that is known to be a JSON object. */
function* topMembers(
  text: string,
): Generator<{ readonly name: string; readonly start: number; readonly end: number }> {
  let at = text.indexOf('{') + 1
  for (;;) {
    const from = text.indexOf('"', at)
    const close = text.indexOf('}', at)
    if (from === -1 || (close !== -1 && close < from)) return
    const nameEnd = stringEnd(text, from)
    const start = skipSpace(text, text.indexOf(':', nameEnd) + 1)
    const end = valueEnd(text, start)
    yield { name: String(JSON.parse(text.slice(from, nameEnd))), start, end }
    at = end
  }
}

/** Behind the quote that closes the string that begins here. */
function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return quote + 1
  }
  return text.length
}

const structure = /["[\]{},]/g

function valueEnd(text: string, start: number): number {
  let depth = 0
  structure.lastIndex = start
  for (let found = structure.exec(text); found; found = structure.exec(text)) {
    const [mark] = found
    if (mark === '"') structure.lastIndex = stringEnd(text, found.index)
    else if (mark === '{' || mark === '[') depth += 1
    else if (mark !== ',') {
      depth -= 1
      if (depth < 0) return trimEnd(text, found.index)
    }
    const end = structure.lastIndex
    if (depth === 0 && mark === ',') return trimEnd(text, found.index)
    if (depth === 0 && mark !== ',') return end
  }
  return text.length
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at])) at += 1
  return at
}

function trimEnd(text: string, to: number): number {
  let end = to
  while (isSpace(text[end - 1])) end -= 1
  return end
}

function isSpace(mark: string | undefined): boolean {
  return mark === ' ' || mark === '\n' || mark === '\r' || mark === '\t'
}
