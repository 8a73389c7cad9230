/**
 * Applies a change to the parts of a chat message that its platform does not read as code: text between three
 * backticks, or between single ones on a line, goes to `inCode`, which leaves it alone unless told otherwise.
 */
export function outsideCode(
  text: string,
  change: (part: string) => string,
  inCode: (part: string) => string = part => part,
): string {
  const parts: string[] = []
  let from = 0
  const lastFence = text.lastIndexOf('```')
  for (let at = text.indexOf('`'); at !== -1; at = text.indexOf('`', at)) {
    const end = codeEnd(text, at, lastFence)
    if (end === undefined) {
      while (text[at] === '`') at++
      continue
    }
    parts.push(change(text.slice(from, at)), inCode(text.slice(at, end)))
    from = end
    at = end
  }
  return parts.join('') + change(text.slice(from))
}

function codeEnd(text: string, at: number, lastFence: number): number | undefined {
  if (text.startsWith('```', at)) return lastFence >= at + 3 ? text.indexOf('```', at + 3) + 3 : undefined
  const run = text.startsWith('``', at) ? '``' : '`'
  const line = text.indexOf('\n', at)
  const end = text.slice(at + run.length, line === -1 ? undefined : line).indexOf(run)
  return end <= 0 ? undefined : at + run.length + end + run.length
}
