import type { Clock } from '../../core/clock.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { SlackApi } from './client.ts'
import { toSlackError } from './errors.ts'
import { type Installation, readInstallation } from './installation.ts'

/** Who Parley is in its workspace: asked for until Slack says so. */
export interface Arrival {
  /** Keeps trying, with growing pauses. Resolves with false when Parley leaves before. */
  seek(): Promise<boolean>
  known(): Installation | undefined
  /** Waits a little for Slack's first word; throws `platform_unavailable` without one. */
  told(): Promise<Installation>
  /** What Slack, or the way to it, says against it. */
  failure(): string | undefined
}

const firstPauseMs = 500
const longestPauseMs = 30_000

/** A Turn that is taken over right after a start waits this long for Slack's first word, and spends no attempt on it. */
const firstWordMs = 5_000

export function createArrival({
  slack,
  clock,
  log,
  leaving,
}: {
  readonly slack: SlackApi
  readonly clock: Clock
  readonly log: Log
  readonly leaving: AbortSignal
}): Arrival {
  const first = Promise.withResolvers<Installation>()
  let installation: Installation | undefined
  let failure: string | undefined

  async function ask(pauseMs: number): Promise<void> {
    try {
      installation = await readInstallation(slack)
      first.resolve(installation)
      failure = undefined
      log.info({ workspaceId: installation.teamId }, 'connected to Slack’s API')
    } catch (thrown) {
      const error = toSlackError('auth.test', thrown)
      failure = error.slackCode ?? error.message
      const told = { code: error.code, reason: failure, waitMs: pauseMs }
      if (error.code === 'platform_auth')
        log.error(told, 'Slack refused SLACK_BOT_TOKEN: copy the bot token anew')
      else log.warn(told, 'Slack cannot be reached')
      await clock.sleep(pauseMs, leaving)
    }
  }

  return {
    async seek() {
      for (
        let pauseMs = firstPauseMs;
        !installation && !leaving.aborted;
        pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      )
        await ask(pauseMs)
      return installation !== undefined && !leaving.aborted
    },
    known: () => installation,
    async told() {
      const over = new AbortController()
      const told = await Promise.race([first.promise, clock.sleep(firstWordMs, over.signal)])
      over.abort()
      if (told) return told
      throw new ParleyError('platform_unavailable', 'Slack is not connected yet.')
    },
    failure: () => failure,
  }
}
