import { channels, parley, people } from '../cast.ts'

/** What ids stand for on one platform. */
export interface Names {
  person(id: string): string | undefined
  channel(id: string): string | undefined
}

export const namesOn: Record<'slack' | 'discord', Names> = {
  slack: names('slackId', parley.slack.userId),
  discord: names('discordId', parley.discord.userId),
}

function names(idOf: 'slackId' | 'discordId', parleyId: string): Names {
  const persons = new Map([...people.map(one => [one[idOf], one.name] as const), [parleyId, parley.name]])
  const places = new Map(channels.map(one => [one[idOf], one.name]))
  return { person: id => persons.get(id), channel: id => places.get(id) }
}

/** `<@U0ADA>` and its kind as a person would have typed it. */
export function typedForm(text: string, platform: 'slack' | 'discord'): string {
  const names = namesOn[platform]
  const plain = text
    .replace(/<@!?(\w+)(?:\|[^<>]*)?>/g, (whole, id: string) => named(whole, '@', names.person(id)))
    .replace(/<#(\w+)(?:\|[^<>]*)?>/g, (whole, id: string) => named(whole, '#', names.channel(id)))
  return platform === 'slack'
    ? fromSlack(plain.replace(/<((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?>/g, '$1'))
    : plain
}

const named = (whole: string, sign: string, name: string | undefined) =>
  name === undefined ? whole : `${sign}${name}`

/** Slack escapes three characters, and no others. */
export const fromSlack = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
