/** Someone who speaks in a Dialogue. */
export interface Speaker {
  /** The Identity's id: two people never share it. */
  readonly id: string
  /** As the platform tells it; anything may stand in it. */
  readonly name?: string
}

export interface Envelope {
  readonly speaker: string
  readonly atMs: number
  readonly text: string
  /** Names of attached files, which the model cannot read. */
  readonly files: readonly string[]
}

/** Longer names are cut: they are for telling people apart, and each is repeated with every message. */
const maxNameLength = 40
const maxFileNameLength = 80
const maxFiles = 20

/**
 * A message as a model gets it. Whatever a name or a text holds, it neither opens, closes nor changes an envelope,
 * and `parseEnvelope` gives the text back exactly. Times are UTC, to the minute.
 */
export function toEnvelope({ speaker, atMs, text, files }: Envelope): string {
  const named = files.slice(0, maxFiles).map(file => escapeAttribute(toLine(file, maxFileNameLength)))
  const more = files.length > maxFiles ? [`${files.length - maxFiles} more`] : []
  const attached = files.length > 0 ? ` unreadable-files="${[...named, ...more].join(', ')}"` : ''
  const from = escapeAttribute(toDisplayName(speaker))
  return `<message from="${from}" at="${toMinute(atMs)}"${attached}>\n${escapeTags(text)}\n</message>`
}

const envelope =
  /^<message from="([^"<>]*)" at="(\d{4}-\d\d-\d\d \d\d:\d\d)"(?: unreadable-files="([^"<>]*)")?>\n([^]*)\n<\/message>$/

/** Reads an envelope back; `undefined` for anything that `toEnvelope` does not write. */
export function parseEnvelope(content: string): Envelope | undefined {
  const [, from, at, files, text] = envelope.exec(content) ?? []
  if (from === undefined || at === undefined || text === undefined || tag.test(text)) return undefined
  return {
    speaker: unescapeAttribute(from),
    atMs: Date.parse(`${at.replace(' ', 'T')}Z`),
    text: unescapeTags(text),
    files: files === undefined ? [] : files.split(', ').map(unescapeAttribute),
  }
}

/** One line that can stand as a name: no control or invisible characters, no line breaks, at most 40 characters. */
export function toDisplayName(name: string | undefined): string {
  return toLine(name ?? '', maxNameLength) || 'someone'
}

/**
 * A name for each of these speakers, no two alike: people who share one are numbered in order of their ids, as in
 * `Ada` and `Ada (2)`. Names that are `taken`, such as the Agent's, are nobody's.
 */
export function speakerNames(
  speakers: readonly Speaker[],
  taken: readonly string[] = [],
): ReadonlyMap<string, string> {
  const used = new Set(taken.map(toKey))
  const names = new Map<string, string>()
  for (const { id, name } of speakers.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    if (names.has(id)) continue
    const plain = toDisplayName(name)
    let own = plain
    for (let number = 2; used.has(toKey(own)); number += 1)
      own = `${plain.slice(0, 32)} (${number})`.toWellFormed()
    used.add(toKey(own))
    names.set(id, own)
  }
  return names
}

/** Names that look alike are alike. */
function toKey(name: string): string {
  return toDisplayName(name).normalize('NFKC').toLowerCase()
}

function toMinute(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')
}

/** Bidirectional overrides, zero-width characters, lone surrogates and the like. */
const invisible = /(?!\s)[\p{C}\p{Default_Ignorable_Code_Point}]/gu
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

function toLine(text: string, maxLength: number): string {
  const line = text.slice(0, 1_000).replace(invisible, '').replace(/\s+/gu, ' ').trim().normalize('NFC')
  if (line.length <= maxLength) return line
  // A whole character too many is left out, however many marks are stacked on it.
  return `${line.slice(0, characters.segment(line).containing(maxLength - 1)?.index).trimEnd()}…`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  ',': '&#44;',
}
const unescapes = new Map(Object.entries(escapes).map(([character, escape]) => [escape, character]))

function escapeAttribute(line: string): string {
  return line.replace(/[&<>",]/g, character => escapes[character] ?? '')
}

function unescapeAttribute(attribute: string): string {
  return attribute.replace(/&(?:amp|lt|gt|quot|#44);/g, escape => unescapes.get(escape) ?? escape)
}

/**
 * A `<` from which a lenient reader could still make out a tag of ours: in any case, with a slash, with
 * spaces and invisible characters anywhere between.
 */
const tag = (() => {
  const between = '[\\s\\p{C}\\p{M}\\p{Default_Ignorable_Code_Point}]*'
  const words = ['message', 'summary', 'note', 'question', 'answer'].map(word =>
    Array.from(word).join(between),
  )
  return new RegExp(`<(?=${between}/?${between}(?:${words.join('|')}))`, 'iu')
})()
const tags = new RegExp(tag, 'giu')

/** Text that opens and closes no tag of ours, reversibly; all other text stays as it is. */
export function escapeTags(text: string): string {
  // First what already looks like an escape, so that it is told from the escapes made here.
  return text.replace(/&(?=(?:amp;)*lt;)/g, '&amp;').replace(tags, '&lt;')
}

function unescapeTags(text: string): string {
  return text.replace(/&lt;|&amp;(?=(?:amp;)*lt;)/g, escape => (escape === '&lt;' ? '<' : '&'))
}
