import { accounts, slackChannels } from './places.ts'

/**
 * What a person types, as Slack sends it: `&`, `<` and `>` escaped; `@Ada` and `#eng` as the ids they
 * stand for; links in angle brackets. `<@U0ADA>` typed out stays what it is.
 */
export function toWireText(typed: string): string {
  let wire = ''
  let end = 0
  for (const match of typed.matchAll(special)) {
    wire += escapeText(typed.slice(end, match.index)) + replacement(match)
    end = match.index + match[0].length
  }
  return wire + escapeText(typed.slice(end))
}

export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const mentions = (wireText: string, userId: string): boolean =>
  wireText.includes(`<@${userId}>`) || wireText.includes(`<@${userId}|`)

const anyOf = (names: readonly string[]) => names.join('|')
const special = new RegExp(
  [
    `<@(?<id>[UW][A-Z0-9]+)>`,
    `(?<!\\w)@(?<person>${anyOf(accounts.map(({ name }) => name))})\\b`,
    `(?<!\\w)#(?<channel>${anyOf(slackChannels.filter(({ kind }) => kind === 'channel').map(({ name }) => name))})\\b`,
    `(?<link>https?://[^\\s<>]*[^\\s<>.,;:!?)\\]'"])`,
  ].join('|'),
  'gi',
)

function replacement({ 0: whole, groups = {} }: RegExpMatchArray): string {
  const same = (name: string) => (other: { readonly name: string }) =>
    other.name.toLowerCase() === name.toLowerCase()
  if (groups['link']) return `<${escapeText(whole)}>`
  if (groups['id']) return whole
  if (groups['person']) return `<@${accounts.find(same(groups['person']))?.id}>`
  const channel = slackChannels.find(same(groups['channel'] ?? ''))
  return `<#${channel?.id}|${channel?.name}>`
}
