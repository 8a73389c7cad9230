import { setTimeout as pause } from 'node:timers/promises'
import type { Attempt } from '../sandbox/slack/attempt.ts'
import type { Household, Room } from './household.ts'

/** What can take PostgreSQL away from under a Parley, and bring it back. */
export interface Outage {
  /** Resolves when nobody can use it any more. */
  begin(): Promise<void>
  /** Resolves when it can be used again. */
  end(): Promise<void>
  /** At least so long. */
  readonly forMs: number
}

export interface Asked {
  readonly room: Room
  readonly root: string
}

/** What was seen of it. */
export interface Found {
  readonly asked: readonly Asked[]
  /** What `/readyz` and `/healthz` said in the middle of it. */
  readonly ready: number
  readonly healthy: number
  /** Of the questions that Slack told meanwhile, those that it was told were not taken. */
  readonly refused: readonly string[]
  /** From the return until each question had its answer; `Infinity` for one that had none after two minutes. */
  readonly answeredMs: readonly number[]
  /** From the return until `/readyz` said so. */
  readonly readyMs: number
}

export const answer = 'Noted.'

const giveUpMs = 120_000
const askEveryMs = 1_000

/**
 * PostgreSQL goes away under a Parley at `address`, with one answer under way, and comes back. Meanwhile one
 * question is asked each second, on both platforms by turns; Slack tells its own over HTTP. Half a minute of them stays
 * below the twenty streams that Slack lets begin in a minute, so that what is waited for is Parley.
 */
export async function liveThrough(house: Household, address: string, outage: Outage): Promise<Found> {
  const { model, slack } = house.sandbox
  const status = async (path: string) => (await fetch(`${address}${path}`)).status
  const ask = (room: Room, text: string): Asked => ({ room, root: room.say(`@Parley ${text}`) })
  await slack.setEventsUrl(`${address}/slack/events`)
  // Titles are asked for as well.
  model.script({ text: answer }, 2 * (4 + Math.ceil(outage.forMs / askEveryMs)))
  model.hold(1)
  const asked = [ask(house.slack, 'before?')]
  await model.whenHeld()
  const before = slack.deliveries.length
  await outage.begin()
  const beganMs = performance.now()
  await until(async () => (await status('/readyz')) === 503)
  const ready = await status('/readyz')
  for (let atMs = askEveryMs; atMs <= outage.forMs; atMs += askEveryMs) {
    asked.push(ask(asked.length % 2 === 0 ? house.discord : house.slack, `meanwhile ${asked.length}?`))
    await pause(Math.max(0, beganMs + atMs - performance.now()))
  }
  const told = asked.slice(1).filter(({ room }) => room.platform === 'slack')
  const refused = () => refusedOf(told, slack.deliveries.slice(before))
  await until(() => Promise.resolve(refused().length === told.length))
  const refusedThen = refused()
  // The answer that was under way comes to its end while nothing can be stored.
  model.release()
  const healthy = await status('/healthz')
  await outage.end()
  const backMs = performance.now()
  const sinceBack = (done: boolean) => (done ? performance.now() - backMs : Number.POSITIVE_INFINITY)
  const [readyMs, ...answeredMs] = await Promise.all([
    until(async () => (await status('/readyz')) === 200).then(sinceBack),
    ...asked.map(one => until(() => Promise.resolve(isAnswered(one))).then(sinceBack)),
  ])
  return { asked, ready, healthy, refused: refusedThen, answeredMs, readyMs }
}

function refusedOf(told: readonly Asked[], deliveries: readonly Attempt[]): readonly string[] {
  const payloads = deliveries
    .filter(({ outcome }) => outcome === 'http_error')
    .map(({ payload }) => JSON.stringify(payload))
  return told.map(({ root }) => root).filter(root => payloads.some(payload => payload.includes(root)))
}

/** With one answer, whole, and nothing beside it. */
export function isAnswered({ room, root }: Asked): boolean {
  const texts = room.texts(root)
  return texts.length === 1 && texts[0] === answer
}

async function until(holds: () => Promise<boolean>): Promise<boolean> {
  const over = performance.now() + giveUpMs
  while (performance.now() < over) {
    if (await holds()) return true
    await pause(50)
  }
  return false
}
