import type { Selectable } from 'kysely'
import { z } from 'zod'
import { languages, type Member, type MemberChange, type MemberSettings } from '../../core/member.ts'
import type { MemberTable } from './account-tables.ts'
import { storedJson, storedText } from './stored-text.ts'

const settingsShape = z.object({
  instructions: z.string().exactOptional(),
  language: z.enum(languages).exactOptional(),
  timeZone: z.string().exactOptional(),
  theme: z.enum(['light', 'dark']).exactOptional(),
  agent: z.string().exactOptional(),
  mailNotices: z.boolean().exactOptional(),
})

export const memberColumns = [
  'members.id',
  'members.username',
  'members.email',
  'members.email_confirmed_at',
  'members.email_proven',
  'members.password_hash',
  'members.nickname',
  'members.first_name',
  'members.last_name',
  'members.born_year',
  'members.job',
  'members.settings',
  'members.role',
  'members.suspended_at',
  'members.created_at',
] as const

export function toMember(
  row: Selectable<MemberTable> & { readonly tag: string | null; readonly in_workspaces: unknown },
): Member {
  return {
    id: row.id,
    username: row.username,
    ...present('email', row.email),
    emailConfirmed: row.email_confirmed_at !== null,
    emailProven: row.email_proven,
    hasPassword: row.password_hash !== null,
    nickname: row.nickname,
    ...present('firstName', row.first_name),
    ...present('lastName', row.last_name),
    ...present('bornYear', row.born_year),
    ...present('job', row.job),
    ...present('avatarTag', row.tag),
    role: row.role,
    ...(row.in_workspaces ? { inWorkspaces: true as const } : {}),
    suspended: row.suspended_at !== null,
    settings: toSettings(row.settings),
    createdAtMs: row.created_at.getTime(),
  }
}

function present<N extends string, V>(name: N, value: V | null): { readonly [K in N]?: V } {
  return (value === null ? {} : { [name]: value }) as { readonly [K in N]?: V }
}

/** A setting that a newer or older Parley wrote otherwise must not keep a person out: it counts as not set. */
function toSettings(kept: unknown): MemberSettings {
  const parsed = settingsShape.safeParse(kept)
  if (parsed.success) return parsed.data
  const wrong = new Set(parsed.error.issues.map(issue => issue.path[0]))
  const entries = Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(kept))
  return settingsShape.catch({}).parse(Object.fromEntries(entries.filter(([name]) => !wrong.has(name))))
}

/** The columns that a change sets. */
export function toColumns(change: MemberChange) {
  return {
    ...(change.username === undefined ? {} : { username: storedText(change.username) }),
    ...(change.email === undefined ? {} : { email: storedText(change.email) }),
    ...(change.emailConfirmedAtMs === undefined
      ? {}
      : {
          email_confirmed_at: time(change.emailConfirmedAtMs),
          email_proven: change.emailConfirmedAtMs !== null,
        }),
    ...(change.passwordHash === undefined ? {} : { password_hash: change.passwordHash }),
    ...(change.nickname === undefined ? {} : { nickname: storedText(change.nickname) }),
    ...(change.firstName === undefined ? {} : { first_name: textOrNull(change.firstName) }),
    ...(change.lastName === undefined ? {} : { last_name: textOrNull(change.lastName) }),
    ...(change.bornYear === undefined ? {} : { born_year: change.bornYear }),
    ...(change.job === undefined ? {} : { job: textOrNull(change.job) }),
    ...(change.settings === undefined ? {} : { settings: storedJson(change.settings) }),
    ...(change.role === undefined ? {} : { role: change.role }),
    ...(change.suspendedAtMs === undefined ? {} : { suspended_at: time(change.suspendedAtMs) }),
  }
}

function time(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : storedText(text)
}
