import { Client, Partials } from 'discord.js'
import type { ClientEvents, ClientOptions } from 'discord.js'
import { afterEach } from 'vitest'
import { people } from '../../cast.ts'
import { practiceToken } from '../discord.ts'
import type { DiscordOptions } from '../discord.ts'
import { serveDiscord } from '../serve.ts'
import type { ServedDiscord } from '../serve.ts'
import { directChannelId } from '../state.ts'

/** The cast, by name, as tests speak of them. */
export const [ada, grace, linus, hal] = people.map(({ discordId }) => discordId) as [
  string,
  string,
  string,
  string,
]
export const [support, eng] = ['200000000000000001', '200000000000000002'] as [string, string]
export const adasDirect = directChannelId(people[0] as (typeof people)[number])

/** Guilds, guild messages, direct messages and message content: what Parley asks for. */
export const parleyIntents = 37_377

export interface Stage {
  discord(options?: DiscordOptions): Promise<ServedDiscord>
  /** A discord.js client that has become ready. */
  bot(served: ServedDiscord, options?: Partial<ClientOptions>): Promise<Client<true>>
  /** The same, not yet logged in. */
  client(served: ServedDiscord, options?: Partial<ClientOptions>): Client
}

/** Opens stand-ins and bots for the tests of a file, and closes them after each test. */
export function openStage(): Stage {
  let closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.toReversed()) await close()
    closers = []
  })
  const client: Stage['client'] = (served, options = {}) => {
    const made = new Client({
      intents: parleyIntents,
      partials: [Partials.Channel, Partials.Message],
      enforceNonce: true,
      failIfNotExists: false,
      allowedMentions: { parse: [], repliedUser: false },
      rest: { api: served.apiUrl, timeout: 2000 },
      ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
      ...options,
    })
    made.on('error', error => {
      throw error
    })
    closers.push(() => made.destroy())
    return made
  }
  return {
    client,
    async discord(options) {
      const served = await serveDiscord(options)
      closers.push(() => served.close())
      return served
    },
    async bot(served, options) {
      const made = client(served, options)
      const ready = next(made, 'clientReady')
      await made.login(practiceToken)
      return (await ready)[0]
    },
  }
}

/** The next event of this name, from now on, that fits. */
export function next<K extends keyof ClientEvents>(
  client: Client,
  name: K,
  fits: (...args: ClientEvents[K]) => boolean = () => true,
): Promise<ClientEvents[K]> {
  return new Promise(resolve => {
    const listener = (...args: ClientEvents[K]) => {
      if (!fits(...args)) return
      client.off(name, listener)
      resolve(args)
    }
    client.on(name, listener)
  })
}

/** A REST call made by hand, as a bot in any language would make it. */
export async function call(
  served: ServedDiscord,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; headers: Headers; json: Record<string, unknown>; text: string }> {
  const response = await fetch(`${served.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${practiceToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, headers: response.headers, json, text }
}
