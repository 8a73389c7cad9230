import { toDisplayName } from './speaker.ts'

/** A person mentioned in a message's text, on every platform: `<@userId>`; behind a backslash it is only text. */
const mention = /(?<!\\)<@([\w.:-]{1,64})>/g

/** The platform's ids of everyone mentioned, each once, in order. */
export function mentionedUserIds(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(mention), ([, userId = '']) => userId))]
}

/** The text as a person reads it: `@Ada` for each mention, `@someone` for those whose name is not known. */
export function nameMentions(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(mention, (_mention, userId: string) => `@${toDisplayName(names.get(userId))}`)
}
