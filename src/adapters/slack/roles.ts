import type { Identity } from '../../core/identity.ts'
import type { RolesTold } from '../../core/permission.ts'
import { createShortMemory } from '../../core/short-memory.ts'
import { within } from '../../core/within.ts'
import type { SlackApi } from './client.ts'
import type { Installation } from './installation.ts'
import { readUser } from './user.ts'

/** What Slack calls people: a guest of either kind is `slack:guest`; everybody else of the workspace `slack:member`. */
const ofWorkspace = ['slack:owner', 'slack:admin', 'slack:member', 'slack:guest'] as const

/** What an event tells of who is not of the workspace. In an organisation other workspaces are not another company. */
export function rolesOfStranger({ enterpriseId }: Installation): RolesTold | undefined {
  return enterpriseId === undefined ? { has: ['external'], unread: ofWorkspace } : undefined
}

const validMs = 5 * 60_000
const maxPeople = 10_000

/** Asks Slack what somebody is in the workspace, and remembers it for some minutes. */
export function createRoles({
  slack,
  nowMs,
  installation,
}: {
  readonly slack: SlackApi
  readonly nowMs: () => number
  readonly installation: () => Promise<Installation>
}): (person: Identity, signal: AbortSignal) => Promise<readonly string[]> {
  const known = createShortMemory<readonly string[]>({ nowMs, validMs, maxEntries: maxPeople })
  return ({ userId }, signal) =>
    within(
      known.get(userId, () => readRoles(slack, installation, userId)),
      signal,
    )
}

async function readRoles(
  slack: SlackApi,
  installation: () => Promise<Installation>,
  userId: string,
): Promise<readonly string[]> {
  const { teamId, enterpriseId } = await installation()
  const user = await readUser(slack, userId)
  if (!user) return ['external']
  const elsewhere = enterpriseId === undefined && user.team_id !== undefined && user.team_id !== teamId
  if (user.is_stranger || elsewhere) return ['external']
  if (user.is_restricted || user.is_ultra_restricted) return ['slack:guest']
  const owns = user.is_owner || user.is_primary_owner
  return ['slack:member', ...(owns || user.is_admin ? ['slack:admin'] : []), ...(owns ? ['slack:owner'] : [])]
}
