import type { ChatMessage } from './chat-request.ts'

/** Something said in the thread, as far as a request tells. */
export interface Utterance {
  readonly role: ChatMessage['role']
  /** Absent for instructions, for the model itself, and for a message without an envelope. */
  readonly speaker?: string
  readonly text: string
}

const envelope = /<message\b((?:[^>"']|"[^"]*"|'[^']*')*)>\r?\n?([\s\S]*?)\r?\n?<\/message>/g

/** What was said, in order: each envelope in a user message is an utterance, a bare message is one of its own. */
export function utterancesIn(messages: readonly ChatMessage[]): readonly Utterance[] {
  return messages.flatMap(({ role, content }): readonly Utterance[] => {
    const enveloped = role === 'user' ? [...content.matchAll(envelope)] : []
    if (enveloped.length === 0) return [{ role, text: content.trim() }]
    return enveloped.map(([, attributes = '', text = '']) => {
      const speaker = speakerIn(attributes)
      return { role, text: unescape(text).trim(), ...(speaker ? { speaker } : {}) }
    })
  })
}

function speakerIn(attributes: string): string | undefined {
  const found = /\bfrom\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes)
  return found ? unescape(found[1] ?? found[2] ?? '').trim() : undefined
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function unescape(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|quot|apos|amp));/gi,
    (whole, decimal, hex, name) => {
      if (name) return entities[String(name).toLowerCase()] ?? whole
      const point = decimal ? Number(decimal) : Number.parseInt(String(hex), 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}
