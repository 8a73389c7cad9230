import { type APIMessage, REST, type RESTPostAPIChannelMessageJSONBody, Routes } from 'discord.js'
import { toPlatformError } from './errors.ts'

/** What the adapter asks of Discord over REST. Every method rejects with `platform_*` errors only. */
export interface DiscordRest {
  readonly raw: REST
  post(channelId: string, body: RESTPostAPIChannelMessageJSONBody): Promise<APIMessage>
  edit(channelId: string, messageId: string, body: RESTPostAPIChannelMessageJSONBody): Promise<void>
  remove(channelId: string, messageId: string): Promise<void>
  typing(channelId: string): Promise<void>
  /** One page of a channel's messages, newest first. */
  messages(
    channelId: string,
    page: { readonly before?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly APIMessage[]>
  get<T>(route: `/${string}`, signal?: AbortSignal): Promise<T>
}

/**
 * A client of its own beside the gateway's: after any 401 discord.js forgets the token of the whole client.
 * Retries inside are safe: posting carries an enforced nonce, and everything else is idempotent.
 */
export function createRest(options: {
  readonly apiUrl: string
  readonly token: string
  readonly timeoutMs: number
}): DiscordRest {
  const raw = new REST({
    version: '10',
    api: options.apiUrl,
    timeout: options.timeoutMs,
    retries: 2,
  }).setToken(options.token)
  const known = async <T>(call: Promise<unknown>): Promise<T> => {
    try {
      return (await call) as T
    } catch (thrown) {
      throw toPlatformError(thrown)
    }
  }
  return {
    raw,
    post: (channelId, body) => known(raw.post(Routes.channelMessages(channelId), { body })),
    edit: (channelId, messageId, body) =>
      known(raw.patch(Routes.channelMessage(channelId, messageId), { body })),
    remove: (channelId, messageId) => known(raw.delete(Routes.channelMessage(channelId, messageId))),
    typing: channelId => known(raw.post(Routes.channelTyping(channelId))),
    messages(channelId, page) {
      const query = new URLSearchParams({ limit: String(page.limit) })
      if (page.before) query.set('before', page.before)
      if (page.after) query.set('after', page.after)
      return known(raw.get(Routes.channelMessages(channelId), { query }))
    },
    get: (route, signal) => known(raw.get(route, signal ? { signal } : {})),
  }
}
