import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { channels, people } from '../sandbox/cast.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts'
import type { Player, SeenMessage } from '../sandbox/player.ts'

/** Stand-ins that outlive any Parley under test, and the environment that leads one to them. */
export interface Household {
  readonly sandbox: Sandbox
  readonly env: Readonly<Record<string, string>>
  readonly slack: Room
  readonly discord: Room
  close(): Promise<void>
}

/** One platform, seen by the people in it. */
export interface Room {
  readonly platform: 'slack' | 'discord'
  readonly player: Player
  readonly support: string
  readonly ada: string
  readonly grace: string
  /** Says something in #support, or in a thread of it; gives the message's id. */
  say(text: string, threadId?: string, personId?: string): string
  /** What Parley shows in this thread, in order. */
  answers(threadId: string): readonly SeenMessage[]
  /** Presses the platform's own Stop, or Parley's button, under the answer that is being written there. */
  stop(threadId: string, personId?: string): void
  /** The texts of that. */
  texts(threadId: string): readonly string[]
}

export interface HouseholdOptions extends SandboxOptions {
  readonly databaseUrl?: string
  /** A DATA_DIR to begin with a copy of: making an embedded database takes seconds of both cores. */
  readonly dataDir?: string
}

/** Limits of pace are off unless told, so that a test takes no longer than what it tests. */
export async function openHousehold(options: HouseholdOptions = {}): Promise<Household> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-house-'))
  if (options.dataDir !== undefined) cpSync(options.dataDir, join(dir, 'data'), { recursive: true })
  const sandbox = await startSandbox({
    ...options,
    slack: { limits: 'off', retryDelaysMs: [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000], ...options.slack },
    discord: { limits: 'off', ...options.discord },
    model: { wordDelayMs: 0, ...options.model },
  })
  const { slack, discord, model } = sandbox.connect
  return {
    sandbox,
    env: {
      PORT: '0',
      DATA_DIR: join(dir, 'data'),
      SANDBOX: 'off',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_MODEL: model.name,
      ...(options.databaseUrl
        ? {
            DATABASE_URL: options.databaseUrl,
            SECRET_KEY: 'a secret of these tests that has more than 32 bytes',
          }
        : {}),
    },
    slack: openRoom(sandbox.slack.player),
    discord: openRoom(sandbox.discord.player),
    async close() {
      await sandbox.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function openRoom(player: Player): Room {
  const { platform } = player
  const id = (entry: { readonly slackId: string; readonly discordId: string } | undefined) =>
    (platform === 'slack' ? entry?.slackId : entry?.discordId) ?? ''
  const support = id(channels[0])
  const [ada, grace] = [id(people[0]), id(people[1])]
  const answers = (threadId: string) => {
    const root =
      platform === 'discord' ? player.messages(support).find(message => message.id === threadId) : undefined
    if (root && !root.replies) return []
    return player
      .messages(support, threadId)
      .filter(message => message.author.name === 'Parley' && message.status === undefined)
  }
  return {
    platform,
    player,
    support,
    ada,
    grace,
    say: (text, threadId, personId = ada) =>
      player.say({ channelId: support, ...(threadId === undefined ? {} : { threadId }) }, personId, text)
        .messageId,
    answers,
    stop(threadId, personId = ada) {
      if (player.stop) return player.stop(support, threadId, personId)
      const button = answers(threadId)
        .flatMap(message => message.buttons.map(({ id }) => ({ messageId: message.id, id })))
        .at(-1)
      if (!button) throw new Error('There is no Stop button.')
      return player.press(threadId, button.messageId, personId, button.id)
    },
    texts: threadId => answers(threadId).map(message => message.text),
  }
}
