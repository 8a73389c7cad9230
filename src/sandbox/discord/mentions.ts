import { parley } from '../cast.ts'
import type { Json } from './form.ts'
import { botRoleId } from './roles.ts'
import { everyone } from './world.ts'

export interface Mentions {
  readonly mentionIds: readonly string[]
  readonly mentionRoleIds: readonly string[]
  readonly mentionEveryone: boolean
}

/**
 * Whom a text pings, under the allowed_mentions it was sent with: everybody it names without one, and only the
 * kinds in `parse` and the ids in `users` and `roles` with one. `repliedTo` is the author replied to.
 */
export function mentionsOf(content: string, allowed: Json | undefined, repliedTo?: string): Mentions {
  const listed = (key: string) => (Array.isArray(allowed?.[key]) ? (allowed[key] as unknown[]) : [])
  const may = (kind: 'users' | 'roles', id: string) =>
    allowed === undefined || listed('parse').includes(kind) || listed(kind).includes(id)
  const named = [...content.matchAll(/<@!?(\d+)>/g)].flatMap(([, id]) => id ?? [])
  const roles = [...content.matchAll(/<@&(\d+)>/g)].flatMap(([, id]) => id ?? [])
  const pinged = named.filter(id => everyone().some(account => account.id === id) && may('users', id))
  const replied =
    repliedTo !== undefined && (allowed === undefined || allowed['replied_user'] === true) ? [repliedTo] : []
  return {
    mentionIds: [...new Set([...pinged, ...replied])],
    mentionRoleIds: [...new Set(roles.filter(id => id === botRoleId && may('roles', id)))],
    mentionEveryone:
      /@(everyone|here)\b/.test(content) && (allowed === undefined || listed('parse').includes('everyone')),
  }
}

/** Turns what a person types, `@Parley hello`, into what Discord's client sends, `<@ID> hello`. */
export function typedMentions(text: string): string {
  const names = everyone().map(({ name }) => name)
  return text.replace(new RegExp(`(?<![\\w<])@(${names.join('|')})\\b`, 'g'), (typed, name: string) => {
    const account = everyone().find(one => one.name === name)
    return account ? `<@${account.id}>` : typed
  })
}

/** Whether a session without the content intent may still read it: its own message, or one that pings it. */
export function concernsParley(authorId: string, mentions: Mentions): boolean {
  return authorId === parley.discord.userId || mentions.mentionIds.includes(parley.discord.userId)
}
