import type { Utterance } from './utterance.ts'

/** `text` on one line, at most `limit` characters. */
export function brief(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = Array.from(line)
  return characters.length <= limit
    ? line
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`
}

export function quote(text: string): string {
  return `> ${brief(text, 160) || '(no text)'}`
}

/** `Ada, Grace and Linus`. */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

export function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** `2 from Ada, 1 from Grace and 1 of my own`. */
export function shares(said: readonly Utterance[]): string {
  const counts = new Map<string, number>()
  for (const { role, speaker } of said) {
    const whose = role === 'assistant' ? 'of my own' : speaker ? `from ${speaker}` : 'from you'
    counts.set(whose, (counts.get(whose) ?? 0) + 1)
  }
  return listOf([...counts].map(([whose, count]) => `${count} ${whose}`))
}

/** The text of a cell of a Markdown table. */
export function cell(text: string): string {
  return brief(text, 80).replace(/[\\|`*_~<>[\]]/g, '\\$&')
}
