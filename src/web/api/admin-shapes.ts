import { z } from '@hono/zod-openapi'
import type { Audit } from '../../core/audit.ts'
import type { WorkspaceRole } from '../../core/authority.ts'
import { roles } from '../../core/member.ts'
import type { Overview, Period, QueueState } from '../../core/overview.ts'
import type { RosterEntry } from '../../core/roster.ts'
import { workspaceKey } from '../../core/workspace.ts'
import { platform } from './shapes.ts'

/** What the routes of those who manage take and give. */

const workspaceText = z
  .string()
  .max(200)
  .openapi({ description: 'As `slack:T024BE7LD`.', example: 'slack:T024BE7LD' })

export const scope = z.object({ workspace: workspaceText.optional() })
export const memberParam = z.object({ id: z.string().min(1).max(100) })
export const sessionParam = memberParam.extend({ session: z.string().min(1).max(100) })

const paging = scope.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const membersQuery = paging.extend({
  q: z.string().max(100).optional(),
  role: z.enum(roles).optional(),
  suspended: z.stringbool().optional(),
  platform: z.enum(['slack', 'discord']).optional(),
})

export const listedMember = z
  .object({
    id: z.string(),
    username: z.string(),
    nickname: z.string(),
    email: z.string().nullable().optional().openapi({ description: 'Told to who manages the installation.' }),
    role: z.enum(roles),
    suspended: z.boolean(),
    erasing: z.boolean(),
    platforms: z.array(platform),
    createdAt: z.iso.datetime(),
    seenAt: z.iso.datetime().nullable(),
  })
  .openapi('ListedMember')
export const memberList = z.object({ items: z.array(listedMember), nextCursor: z.string().optional() })

const workspaceRole = z.object({ workspace: workspaceText, role: z.enum(['admin', 'auditor']) })
const session = z.object({
  id: z.string(),
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  usedAt: z.iso.datetime(),
})
export const managedMember = listedMember
  .extend({
    accounts: z.array(z.object({ id: z.string(), platform, name: z.string().nullable() })),
    workspaceRoles: z.array(workspaceRole),
    sessions: z.array(session).openapi({ description: 'Empty for who may not end them.' }),
  })
  .openapi('ManagedMember')

export const memberChange = z
  .object({
    role: z.enum(roles).optional(),
    suspended: z.boolean().optional(),
    workspaceRole: z
      .object({ workspace: workspaceText, role: z.enum(['admin', 'auditor']).nullable() })
      .optional()
      .openapi({ description: '`null` takes the role away.' }),
  })
  .openapi('ManagedMemberChange')
export const ended = z.object({ ended: z.number().int() })
export const erasing = z.object({ receipt: z.string().openapi({ description: 'See /forget/receipt/:id.' }) })

const day = z.iso.date()
export const auditQuery = paging.extend({
  who: z.string().max(200).optional().openapi({ description: 'A username or a member’s id.' }),
  action: z.string().max(100).optional(),
  subject: z.string().max(200).optional(),
  from: day.optional(),
  to: day.optional().openapi({ description: 'The last day, with all of it (UTC).' }),
})
export const audit = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actorId: z.string().nullable(),
    action: z.string(),
    subject: z.string(),
    address: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .openapi('Audit')
export const auditList = z.object({ items: z.array(audit), nextCursor: z.string().optional() })

const period = z.object({
  from: z.iso.datetime(),
  turns: z.object({ done: z.int(), failed: z.int(), stopped: z.int(), open: z.int() }),
  people: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costMicros: z.int().nullable(),
  unpriced: z.int(),
})
export const overview = z
  .object({
    today: period,
    month: period,
    capped: z.boolean(),
    channels: z.array(
      z.object({
        platform,
        workspaceId: z.string(),
        channelId: z.string(),
        name: z.string().nullable(),
        turns: z.int(),
      }),
    ),
    people: z.array(
      z.object({ memberId: z.string().nullable(), name: z.string().nullable(), turns: z.int() }),
    ),
    errors: z.array(z.object({ code: z.string(), count: z.int(), lastAt: z.iso.datetime() })),
    queue: z
      .object({ waiting: z.int(), running: z.int(), oldestAt: z.iso.datetime().nullable() })
      .optional()
      .openapi({ description: 'Of the whole installation alone.' }),
  })
  .openapi('Overview')

const iso = (ms: number) => new Date(ms).toISOString()

export function toListed(
  { member, platforms, seenAtMs, erasing: isErasing }: RosterEntry,
  { addresses }: { readonly addresses: boolean },
): z.infer<typeof listedMember> {
  return {
    id: member.id,
    username: member.username,
    nickname: member.nickname,
    ...(addresses ? { email: member.email ?? null } : {}),
    role: member.role,
    suspended: member.suspended,
    erasing: isErasing,
    platforms: [...platforms],
    createdAt: iso(member.createdAtMs),
    seenAt: seenAtMs === undefined ? null : iso(seenAtMs),
  }
}

export function toWorkspaceRole(given: WorkspaceRole): z.infer<typeof workspaceRole> {
  return { workspace: workspaceKey(given), role: given.role }
}

export function toAudit({
  id,
  atMs,
  actorId,
  action,
  subject,
  address,
  detail,
}: Audit): z.infer<typeof audit> {
  return {
    id,
    at: iso(atMs),
    actorId: actorId ?? null,
    action,
    subject,
    address: address ?? null,
    detail: { ...detail },
  }
}

export function toOverview(seen: Overview, queue: QueueState | undefined): z.infer<typeof overview> {
  const of = ({ fromMs, costMicros, turns, ...numbers }: Period) => ({
    ...numbers,
    turns: { ...turns },
    from: iso(fromMs),
    costMicros: costMicros ?? null,
  })
  return {
    today: of(seen.today),
    month: of(seen.month),
    capped: seen.capped,
    channels: seen.channels.map(({ place, name, turns }) => ({ ...place, name: name ?? null, turns })),
    people: seen.people.map(({ memberId, name, turns }) => ({
      memberId: memberId ?? null,
      name: name ?? null,
      turns,
    })),
    errors: seen.errors.map(({ code, count, lastAtMs }) => ({ code, count, lastAt: iso(lastAtMs) })),
    ...(queue === undefined
      ? {}
      : {
          queue: {
            waiting: queue.waiting,
            running: queue.running,
            oldestAt: queue.oldestMs === undefined ? null : iso(queue.oldestMs),
          },
        }),
  }
}
