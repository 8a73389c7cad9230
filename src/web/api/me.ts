import { z } from '@hono/zod-openapi'
import type { ProfileChange, SettingsChange } from '../../core/account.ts'
import { languages, type Member, roles } from '../../core/member.ts'

const settingsShape = z.object({
  instructions: z.string().optional(),
  language: z.enum(languages).optional(),
  timeZone: z.string().optional(),
  theme: z.enum(['light', 'dark']).optional(),
  agent: z.string().optional(),
  mailNotices: z.boolean().optional(),
})

export const meShape = z
  .object({
    id: z.string(),
    email: z.string().nullable(),
    username: z.string(),
    emailConfirmed: z.boolean(),
    hasPassword: z.boolean(),
    nickname: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    bornYear: z.int().nullable(),
    job: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    role: z.enum(roles),
    settings: settingsShape,
    createdAt: z.iso.datetime(),
  })
  .openapi('Me')

const text = z.string().nullable().optional()

/** `null` takes away. What is kept is checked where it is kept, so that forms and programs hear the same. */
export const meChangeShape = z
  .object({
    username: z.string().optional(),
    nickname: z.string().optional(),
    firstName: text,
    lastName: text,
    bornYear: z.int().nullable().optional(),
    job: text,
    settings: z
      .object({
        instructions: text,
        language: text,
        timeZone: text,
        theme: text,
        agent: text,
        mailNotices: z.boolean().optional(),
      })
      .optional(),
    email: z.string().optional().openapi({ description: 'Counts once the link mailed to it is followed.' }),
    currentPassword: z.string().optional().openapi({ description: 'Asked for with `email`.' }),
  })
  .openapi('MeChange')

export function toMe(member: Member): z.infer<typeof meShape> {
  const { id, username, emailConfirmed, hasPassword, nickname, role, settings } = member
  const { email = null, firstName = null, lastName = null, bornYear = null, job = null } = member
  return {
    id,
    email,
    username,
    emailConfirmed,
    hasPassword,
    nickname,
    firstName,
    lastName,
    bornYear,
    job,
    avatarUrl: member.avatarTag === undefined ? null : `/avatars/${id}?v=${member.avatarTag}`,
    role,
    settings,
    createdAt: new Date(member.createdAtMs).toISOString(),
  }
}

export function readMeChange(change: z.infer<typeof meChangeShape>): {
  readonly profile: ProfileChange
  readonly settings: SettingsChange
} {
  const { username, nickname, firstName, lastName, bornYear, job, settings = {} } = change
  return {
    profile: {
      ...emptied({ username, nickname, firstName, lastName, job }),
      ...(bornYear === undefined ? {} : { bornYear }),
    },
    settings: {
      ...emptied({ ...settings, mailNotices: undefined }),
      ...(settings.mailNotices === undefined ? {} : { mailNotices: settings.mailNotices }),
    },
  }
}

/** Nothing as an empty text, which is how a form takes something away. */
function emptied(texts: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, text ?? '']])),
  )
}
