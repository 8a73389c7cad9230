import { type APIGuild, type APIGuildMember, PermissionFlagsBits, Routes } from 'discord.js'
import type { Identity } from '../../core/identity.ts'
import { createShortMemory } from '../../core/short-memory.ts'
import type { Place } from '../../core/thread.ts'
import { within } from '../../core/within.ts'
import { orNothing } from './history.ts'
import { directWorkspace } from './parse.ts'
import { mayInServer, rightsOf } from './permissions.ts'
import type { DiscordRest } from './rest.ts'
import { adminRole, toRole } from './roles-told.ts'

const validMs = 5 * 60_000
const maxPeople = 10_000

/** Asks Discord for somebody's roles in a server, and remembers them for some minutes. */
export function createRoles(
  rest: DiscordRest,
  nowMs: () => number,
): (person: Identity, place: Place, signal: AbortSignal) => Promise<readonly string[]> {
  const known = createShortMemory<readonly string[]>({ nowMs, validMs, maxEntries: maxPeople })
  return ({ userId }, { workspaceId }, signal) =>
    workspaceId === directWorkspace
      ? Promise.resolve([])
      : within(
          known.get(`${workspaceId}/${userId}`, () => readRoles(rest, workspaceId, userId)),
          signal,
        )
}

async function readRoles(rest: DiscordRest, guildId: string, userId: string): Promise<readonly string[]> {
  const member = await orNothing(rest.get<APIGuildMember>(Routes.guildMember(guildId, userId)))
  // Whoever has left the server has no role in it.
  if (!member) return []
  const guild = await rest.get<APIGuild>(Routes.guild(guildId))
  const administers = mayInServer(rightsOf(guild, userId, member.roles), PermissionFlagsBits.Administrator)
  return [...member.roles.map(toRole), ...(administers ? [adminRole] : [])]
}
