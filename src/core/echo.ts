export interface EchoFilter {
  /** Takes the next piece of the model's text and gives what may be shown of it and of what was held back. */
  push(delta: string): string
  /** The text is over: gives the rest. */
  end(): string
}

/** How much of the text's beginning is a label: none, so many characters, or more has to arrive to tell. */
type Label = (text: string, ended: boolean) => number | 'wait'

const opener = '<message from="'
const closer = '</message>'
/** What opens like an envelope and is still not closed after this many characters is text. */
const maxOpenerLength = 1_000
/** White space before an opening and after a closing label that is looked through. */
const maxGap = 8

/**
 * Takes out of an answer the labels that models copy from the envelopes they are given: at the start an opening tag
 * or the Agent's own name and a colon, with the white space after it; at the end a closing tag, on a line of its own
 * unless an opening one was taken out too. All other text comes through unchanged, and what comes out in all does
 * not depend on how the text was cut into pieces.
 */
export function createEchoFilter(agentName: string): EchoFilter {
  const labels: readonly Label[] = [openerLabel, nameLabel(agentName)]
  let stage = 0
  let opened = false
  let skipping = false
  let held = ''

  /** True once it is known which labels the text starts with. */
  function startIsKnown(ended: boolean): boolean {
    for (;;) {
      if (skipping) held = held.trimStart()
      if (skipping && held === '') return false
      skipping = false
      const label = labels[stage]
      if (!label) return true
      const gap = held.length - held.trimStart().length
      const found = gap > maxGap ? 0 : gap === held.length && !ended ? 'wait' : label(held.slice(gap), ended)
      if (found === 'wait') return false
      if (found > 0) {
        held = held.slice(gap + found)
        skipping = true
        opened ||= stage === 0
      }
      stage += 1
    }
  }

  function release(ended: boolean): string {
    if (!startIsKnown(ended)) return ''
    const kept = held.length - closingLength(held, opened)
    const text = held.slice(0, kept)
    held = held.slice(kept)
    return text
  }

  return {
    push(delta) {
      held += delta
      return release(false)
    },
    end() {
      const text = release(true)
      return held.includes(closer) ? text : text + held
    },
  }
}

/** The same of a text that is whole. */
export function withoutEcho(text: string, agentName: string): string {
  const filter = createEchoFilter(agentName)
  return filter.push(text) + filter.end()
}

const openerLabel: Label = (text, ended) => {
  const start = text.slice(0, opener.length).toLowerCase()
  if (start !== opener) return opener.startsWith(start) && !ended ? 'wait' : 0
  const rest = text.slice(opener.length, maxOpenerLength)
  const end = rest.search(/[<>\n]/)
  if (end === -1) return ended || text.length >= maxOpenerLength ? 0 : 'wait'
  return rest[end] === '>' ? opener.length + end + 1 : 0
}

function nameLabel(name: string): Label {
  const forms = name.trim() === '' ? [] : [`${name}:`, `**${name}:**`, `**${name}**:`]
  return (text, ended) => {
    const label = forms.find(form => text.startsWith(form))
    if (label !== undefined && (ended || text.length > label.length)) {
      return /^\s?$/.test(text.charAt(label.length)) ? label.length : 0
    }
    return !ended && forms.some(form => form.startsWith(text)) ? 'wait' : 0
  }
}

/** How many of the last characters are, or could still become, a closing tag at the very end. */
function closingLength(text: string, opened: boolean): number {
  const longest = Math.min(text.length, 1 + closer.length + maxGap)
  for (let length = longest; length > 0; length -= 1) {
    const end = text.slice(-length)
    const tag = end.startsWith('\n') ? end.slice(1) : opened ? end : undefined
    if (tag === undefined) continue
    const gap = tag.slice(closer.length)
    if (closer.startsWith(tag) || (tag.startsWith(closer) && gap.length <= maxGap && gap.trim() === ''))
      return length
  }
  return 0
}
