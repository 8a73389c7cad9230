import { outsideCode } from '../../markdown/outside-code.ts'

const tag = /<(?:@!?(\d+)|#(\d+)|a?(:\w+:)\d+|t:(-?\d{1,13})(?::[tTdDfFRsS])?)>/g

/**
 * A person's Discord message as the Markdown we keep: a mention stays `<@id>` for the core to name, a channel
 * becomes `#id`, a custom emoji its name, a timestamp its ISO date. All else, code too, stays as it is.
 */
export function fromDiscord(text: string): string {
  return outsideCode(text, part =>
    part.replace(
      tag,
      (whole: string, member?: string, channel?: string, emoji?: string, seconds?: string) => {
        if (member !== undefined) return `<@${member}>`
        if (channel !== undefined) return `#${channel}`
        return emoji ?? isoDate(Number(seconds)) ?? whole
      },
    ),
  )
}

/** The largest second that a date can hold. */
const maxSeconds = 8_640_000_000_000

function isoDate(seconds: number): string | undefined {
  return Math.abs(seconds) <= maxSeconds
    ? new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z')
    : undefined
}
