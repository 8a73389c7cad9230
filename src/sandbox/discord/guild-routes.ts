import { channels, parley, people } from '../cast.ts'
import { setCommands, toCommand } from './commands.ts'
import { Refusal } from './errors.ts'
import { readForm } from './form.ts'
import {
  activeThreads,
  toApplication,
  toChannel,
  toGuild,
  toMember,
  toRoles,
  toThreadMember,
  toUser,
} from './payload.ts'
import type { RestRequest, Route } from './rest.ts'
import { directChannelId } from './state.ts'
import { findAccount, getChannel, getMember } from './world.ts'
import type { World } from './world.ts'

const { guildId, userId: botId, applicationId } = parley.discord

/** The bot's own account and application, people, and the guild. `sessionsLeft` counts today's identifies. */
export function guildRoutes(world: World, sessionsLeft: () => number): readonly Route[] {
  return [
    ...accountRoutes(world, sessionsLeft),
    ...ownGuildRoutes(world),
    ...commandRoutes(world, '/applications/:application/commands', () => 'global'),
    ...commandRoutes(world, '/applications/:application/guilds/:guild/commands', request => {
      refuseStrange(request)
      return guildId
    }),
  ]
}

function accountRoutes(world: World, sessionsLeft: () => number): readonly Route[] {
  const limit = () => ({
    total: 1000,
    remaining: sessionsLeft(),
    reset_after: 86_400_000,
    max_concurrency: 1,
  })
  return [
    ['GET', '/gateway', ({ origin }) => ({ url: gatewayUrl(origin) })],
    [
      'GET',
      '/gateway/bot',
      ({ origin }) => ({ url: gatewayUrl(origin), shards: 1, session_start_limit: limit() }),
    ],
    ['GET', '/users/@me', () => ({ ...toUser(botId), verified: true, mfa_enabled: false, locale: 'en-US' })],
    ['GET', '/users/@me/guilds', () => [toGuild(world)]],
    ['POST', '/users/@me/channels', request => openDirect(world, request)],
    ['GET', '/users/:user', request => toUser(request.param('user'))],
    ['GET', '/oauth2/applications/@me', toApplication],
    ['GET', '/applications/@me', toApplication],
  ]
}

function openDirect(world: World, request: RestRequest) {
  const recipient = readForm(request.body.json).text('recipient_id') ?? ''
  const person = people.find(({ discordId }) => discordId === recipient)
  if (!person && !findAccount(recipient)) throw new Refusal(10013)
  if (!person || person.bot) throw new Refusal(50007)
  return toChannel(world, getChannel(world, directChannelId(person)))
}

function ownGuildRoutes(world: World): readonly Route[] {
  const member = (request: RestRequest) => {
    const userId = request.param('user')
    getMember(world, userId)
    return toMember(world, userId)
  }
  const places = () => channels.map(({ discordId }) => toChannel(world, getChannel(world, discordId)))
  const guildOf = (request: RestRequest) => ({
    ...toGuild(world),
    ...(request.query('with_counts') === 'true' && {
      approximate_member_count: world.state.members.size,
      approximate_presence_count: world.state.members.size,
    }),
  })
  const routes: readonly Route[] = [
    ['GET', '/guilds/:guild', request => guildOf(request)],
    ['GET', '/guilds/:guild/channels', places],
    ['GET', '/guilds/:guild/roles', () => toRoles(world)],
    ['GET', '/guilds/:guild/members', () => [...world.state.members.keys()].map(id => toMember(world, id))],
    ['GET', '/guilds/:guild/members/:user', member],
    ['GET', '/guilds/:guild/threads/active', () => listActive(world)],
  ]
  return routes.map(
    ([method, path, handler]): Route => [
      method,
      path,
      request => {
        refuseStrange(request)
        return handler(request)
      },
    ],
  )
}

function refuseStrange(request: RestRequest) {
  if (request.param('guild') !== guildId) throw new Refusal(10004)
}

function listActive(world: World) {
  const threads = activeThreads(world)
  return {
    threads: threads.map(thread => toChannel(world, thread)),
    members: threads.flatMap(({ id }) => toThreadMember(world, id, botId) ?? []),
  }
}

function commandRoutes(
  world: World,
  path: string,
  scopeOf: (request: RestRequest) => string,
): readonly Route[] {
  const checked = (request: RestRequest) => {
    if (request.param('application') !== applicationId) throw new Refusal(50001)
    return scopeOf(request)
  }
  return [
    ['GET', path, request => (world.state.commands.get(checked(request)) ?? []).map(toCommand)],
    [
      'PUT',
      path,
      request => {
        const bodies = request.body.json
        if (!Array.isArray(bodies)) throw new Refusal(50035)
        return setCommands(world, checked(request), bodies).map(toCommand)
      },
    ],
  ]
}

/** The gateway's address for whoever reached REST at this origin. */
export function gatewayUrl(origin: string): string {
  return `${origin.replace(/^http/, 'ws')}/discord/gateway`
}
