import { outsideCode } from '../../markdown/outside-code.ts'

/**
 * A person's Slack message as the Markdown we keep: links, channels, groups and dates as text, bold and strike
 * with Markdown's marks where there is no doubt, entities decoded. `<@U123>` stays for the core to name; one that
 * a person only typed as text becomes `\<@U123>`. A text without markup comes out as it went in.
 */
export function fromMrkdwn(text: string): string {
  return outsideCode(text, part => toMarks(part), decode)
}

function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** One pass over bold, strike, tags and escaped text, so that nothing decoded is read again. */
const mark =
  /<([^<>\n]{1,4000})>|&(?:lt|gt|amp);|(?<![\p{L}\p{N}*~_])([*~])(?=[^\s*~])([^*~\n]{0,3999}[^\s*~])\2(?![\p{L}\p{N}*~])/gu

function toMarks(text: string): string {
  return text.replace(
    mark,
    (
      whole: string,
      tag: string | undefined,
      sign: string | undefined,
      inner: string | undefined,
      at: number,
    ) => {
      if (tag !== undefined) return fromTag(tag) ?? whole
      if (sign !== undefined) return sign + sign + toMarks(inner ?? '') + sign + sign
      return whole === '&lt;' && text.charAt(at + 4) === '@' ? '\\<' : decode(whole)
    },
  )
}

/** What stands between angle brackets: `target|label`, the target beginning with its kind. */
function fromTag(tag: string): string | undefined {
  const bar = tag.indexOf('|')
  const target = bar === -1 ? tag : tag.slice(0, bar)
  const label = bar === -1 ? '' : decode(tag.slice(bar + 1))
  if (/^@[UW]\w+$/.test(target)) return `<${target}>`
  if (/^#C?\w+$/.test(target)) return `#${label === '' ? target.slice(1) : label}`
  if (target.startsWith('!')) return fromCommand(target.slice(1), label)
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined
  const address = decode(target)
  if (label === '' || address === label || address === `mailto:${label}` || address === `tel:${label}`) {
    return label === '' ? address : label
  }
  return `[${label.replace(/[[\]\\]/g, '\\$&')}](${address.replace(/[()\s]/g, percentEncoded)})`
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function fromCommand(command: string, label: string): string {
  if (command.startsWith('date^')) return label
  if (command.startsWith('subteam^'))
    return label === '' ? `@${command.slice('subteam^'.length)}` : `@${label.replace(/^@/, '')}`
  return `@${(label === '' ? command : label).replace(/^@/, '')}`
}
