import { join } from 'node:path'
import type { Hono } from 'hono'
import type { Config } from './config.ts'
import type { StandIns } from './connections.ts'
import { ParleyError } from './core/errors.ts'
import type { Trail, TrailEntry } from './core/trail.ts'
import { createSandboxPage } from './sandbox/page/page.ts'
import { createTrail } from './sandbox/page/trail.ts'
import { startSandbox } from './sandbox/sandbox.ts'

/** The sandbox as Parley uses it: stand-ins to connect to, a page to play in them, and a trail under the threads. */
export interface Practice {
  readonly standIns: StandIns
  readonly page: Hono
  readonly trail: Trail
  /** Registers where the stand-ins send a browser back to that signed in. */
  allowRedirects(urlOf: (platform: 'slack' | 'discord') => string): void
  close(): Promise<void>
}

const links = {
  connectSlack: '/guide/connect-slack',
  connectDiscord: '/guide/connect-discord',
  realModel: '/guide/real-model',
}

/** Rejects with one sentence when its port cannot be had. */
export async function startPractice({ sandbox: { port }, dataDir }: Config): Promise<Practice> {
  const sandbox = await startSandbox({
    dir: join(dataDir, 'sandbox'),
    ...(port === undefined ? {} : { port }),
  }).catch((cause: unknown) => {
    throw new ParleyError(
      'conflict',
      `The sandbox cannot use port ${port ?? 0}: set SANDBOX_PORT to another.`,
      { cause },
    )
  })
  const shown = createTrail()
  return {
    standIns: sandbox.connect,
    page: createSandboxPage({
      players: { slack: sandbox.slack.player, discord: sandbox.discord.player },
      trail: shown,
      links,
    }),
    trail(entry) {
      const { thread } = entry
      if (!thread || thread.platform === 'web') return
      const place = { platform: thread.platform, channelId: thread.channelId, threadId: thread.threadId }
      shown.push({ place, atMs: Date.now(), kind: entry.step, text: inWords(entry) })
    },
    allowRedirects(urlOf) {
      for (const platform of ['slack', 'discord'] as const) sandbox.allowRedirect(platform, urlOf(platform))
    },
    close: () => sandbox.close(),
  }
}

const words: Record<TrailEntry['step'], string> = {
  'inbound.received': 'event received',
  'inbound.stored': 'stored',
  'inbound.acknowledged': 'acknowledged',
  'turn.begun': 'turn running',
  'turn.context_built': 'context built',
  'model.called': 'model asked',
  'model.first_text': 'first text',
  'model.ended': 'model ended',
  'part.planned': 'posting',
  'part.posted': 'posted',
  'part.updated': 'updated',
  'part.waited': 'waited',
  'turn.delivering': 'final text stored',
  'turn.shown': 'shown whole',
  'turn.ended': 'turn ended',
}

function inWords({ step, detail }: TrailEntry): string {
  return detail === undefined ? words[step] : `${words[step]}: ${detail.replaceAll('_', ' ')}`
}
