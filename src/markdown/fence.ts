/** A code block's open fence, as a line of already rendered Markdown. */
export interface OpenFence {
  /** The line that opens it again in another message. */
  readonly opener: string
  readonly closer: string
  readonly length: number
  readonly marker: string
}

/** Room that closing a fence can take; a fence that would need more is read as plain text. */
export const closerRoom = 20

const opening = /^((?:[ \t]*>)*[ \t]*(?:(?:[-*+•]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})([^`]*)$/

/** The fence that is open after this line, given the one open before it. */
export function fenceAfter(line: string, open: OpenFence | undefined): OpenFence | undefined {
  if (open !== undefined) return closes(line, open) ? undefined : open
  if (line.length > 400) return undefined
  const match = opening.exec(line)
  if (match === null) return undefined
  const [, lead = '', run = '', info = ''] = match
  const prefix = lead.replace(/[^>\t]/g, ' ')
  if (prefix.length + run.length >= closerRoom - 4) return undefined
  const language = info.trim().slice(0, 40)
  return { opener: prefix + run + language, closer: prefix + run, length: run.length, marker: run.charAt(0) }
}

/** Whether a line closes the fence. In code outside a quote, a quote's mark is code. */
export function closes(line: string, open: OpenFence): boolean {
  const text = (open.closer.includes('>') ? line.replace(/^[\s>]+/, '') : line).trim()
  return text.length >= open.length && text === open.marker.repeat(text.length)
}
