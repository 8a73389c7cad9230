/** One tag as it stands in HTML; `name` begins with a slash when it closes. */
export interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

const opening = /<(\/?[a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/y
const attribute = / ([a-z-]+)="([^"]*)"/g
const text = /(?:[^<>&"]|"|&(?:amp|lt|gt|quot|#x27|#39|nbsp);)+/y

/**
 * The tags of HTML that is written as plainly as ours: names in small letters, every attribute once and in double
 * quotes, every other `<`, `>` and `&` escaped, every element closed in its turn. Throws for anything else, so that no
 * browser can read it in another way.
 */
export function readTags(html: string): readonly Tag[] {
  const tags: Tag[] = []
  const open: string[] = []
  for (let at = 0; at < html.length; ) {
    text.lastIndex = opening.lastIndex = at
    const words = text.exec(html)
    if (words) {
      at = text.lastIndex
      continue
    }
    const [whole = '', name = '', inner = ''] = opening.exec(html) ?? []
    if (whole === '') throw new Error(`No HTML at ${at}: ${html.slice(at, at + 60)}`)
    at = opening.lastIndex
    const pairs = [...inner.matchAll(attribute)].map(([, key = '', value = '']) => [key, value] as const)
    const attributes = new Map(pairs)
    if (attributes.size !== pairs.length) throw new Error(`An attribute stands twice: ${whole}`)
    if (name.startsWith('/') && `/${open.pop()}` !== name) throw new Error(`Closed out of turn: ${whole}`)
    if (!name.startsWith('/') && !empty.has(name)) open.push(name)
    tags.push({ name, attributes })
  }
  if (open.length > 0) throw new Error(`Never closed: ${open.join()}`)
  return tags
}

const empty = new Set(['br', 'hr'])
