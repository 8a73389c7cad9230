import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Household, openHousehold } from '../src/testing/household.ts'
import type { Act, Round } from './act.ts'
import { isBeyondReach, unheardIn } from './check-reach.ts'
import { violationsIn } from './checker.ts'
import { openDatabase, type Torturable } from './database.ts'
import type { Evidence, Violation } from './evidence.ts'
import { createHistory, type History, steadyMs } from './history.ts'
import { readLedger, readOpen } from './ledger.ts'
import { createMind } from './model-mind.ts'
import { openScene, type Scene } from './scene.ts'
import { scheduleOf } from './schedule.ts'
import { startVictims, type Victims } from './victims.ts'
import { type Watch, watch } from './watch.ts'
import { layWire, type Wire } from '../src/testing/wire.ts'

export interface Verdict {
  readonly round: Round
  readonly evidence: Evidence
  readonly violations: readonly Violation[]
  readonly killed: number
  readonly tookMs: number
}

export interface RoundOptions {
  /** Where the history and the processes' logs are kept. */
  readonly dir: string
  /** A DATA_DIR to begin with a copy of. */
  readonly dataDir?: string
  /** Whether the model may fall silent, which takes a minute each time. */
  readonly stalls?: boolean
}

/** Over three minutes in all, longer than any outage of a round; Slack itself goes on for six. */
const retryDelaysMs = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 30_000, 60_000, 60_000]

/** A round from the first word to the verdict; nothing of it is left but what is in `dir`. */
export async function runRound(
  round: Round,
  { dir, dataDir, stalls = true }: RoundOptions,
): Promise<Verdict> {
  const startedMs = steadyMs()
  mkdirSync(dir, { recursive: true })
  const history = createHistory(join(dir, 'history.jsonl'))
  const database = await openDatabase(round.engine)
  const mind = createMind(round.seed, stalls ? round.turns * 0.4 : 0)
  const house = await openHousehold({
    ...(database.url === undefined ? {} : { databaseUrl: database.url }),
    ...(dataDir === undefined ? {} : { dataDir }),
    slack: { ackTimeoutMs: 1_500, retryDelaysMs, streamMaxMs: 8_000 },
    discord: { onTold: ({ id, isOpen }, t, d) => keepTold(history, { session: id, isOpen }, t, d) },
    model: { reply: mind.reply },
  })
  const wire = await layWire(Number(new URL(house.sandbox.connect.slack.apiUrl).port))
  const env: Record<string, string> = { ...throughWire(house, wire), LOG_LEVEL: 'info' }
  const victims = startVictims(round.processes, env, { history, logFile: join(dir, 'parley.log') })
  const stage: Stage = {
    round,
    history,
    database,
    house,
    wire,
    victims,
    watch: watch(house, history, mind, retryDelaysMs.length),
  }
  const scene = openScene(house, history)
  try {
    await victims.up()
    await untilHeard(stage)
    await play(stage, scene)
    const waitedMs = await untilQuiet(stage)
    history.add({ what: 'quiet', waitedMs })
    const shown = scene.shown()
    await victims.close()
    stage.watch.conclude()
    const ledger = await database.ask(env['DATA_DIR'] ?? '', readLedger)
    const evidence = { history: history.entries, ledger, shown }
    const tookMs = Math.round(steadyMs() - startedMs)
    return { round, evidence, violations: violationsIn(evidence), killed: victims.killed(), tookMs }
  } finally {
    await victims.close()
    await wire.close()
    await house.close()
    await database.close()
  }
}

interface Stage {
  readonly round: Round
  readonly history: History
  readonly database: Torturable
  readonly house: Household
  readonly wire: Wire
  readonly victims: Victims
  readonly watch: Watch
}

/** What was said before Parley was ever there is nobody's question: both platforms are connected, and it is on record. */
async function untilHeard({ house: { sandbox }, history }: Stage): Promise<void> {
  const isHeard = () =>
    [sandbox.slack, sandbox.discord].every(({ player }) => player.view().connections > 0) &&
    history.entries.some(
      entry => entry.what === 'step' && entry.detail === 'ignored: ignored, system_message',
    )
  while (!isHeard()) await pause(100)
}

function keepTold(
  history: History,
  to: { readonly session: string; readonly isOpen: boolean },
  t: string,
  { id }: Readonly<Record<string, unknown>>,
): void {
  if (t === 'READY') history.add({ what: 'told', ...to })
  if (t === 'MESSAGE_CREATE') history.add({ what: 'told', ...to, messageId: String(id) })
}

/** The environment that leads Parley to the platforms and the model over the wire. */
function throughWire({ env, sandbox }: Household, wire: Wire): Record<string, string> {
  const port = new URL(sandbox.connect.slack.apiUrl).port
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(`//127.0.0.1:${port}/`, `//127.0.0.1:${wire.port}/`),
    ]),
  )
}

async function play(stage: Stage, scene: Scene): Promise<void> {
  for (const act of scheduleOf(stage.round)) {
    await pause(act.gapMs)
    stage.watch.look()
    await untilFew(stage)
    // Each kill is to be a death of its own, and most are to meet a process that runs.
    if (act.do === 'kill' || act.do === 'leave')
      await stage.victims.settled(act.victim, { up: act.do === 'leave' || act.starting !== true })
    perform(act, stage, scene)
  }
}

/** More questions at once than this tell nothing new, and leave no time for what is to come. */
const mostAtOnce = 30
const waitMs = 20_000

/** People wait while much is unanswered, as they do; but not for ever, since an answer may be all that is missing. */
async function untilFew({ history, watch: watching }: Stage): Promise<void> {
  const untilMs = steadyMs() + waitMs
  while (unansweredIn(history) > mostAtOnce && steadyMs() < untilMs) {
    await pause(200)
    watching.look()
  }
}

function unansweredIn({ entries }: History): number {
  let asked = 0
  const begun = new Set<string>()
  for (const entry of entries) {
    if (entry.what === 'said' && entry.addressed) asked += 1
    if (entry.what === 'removed') asked -= 1
    // One turn may answer several; then people are a little more patient.
    if (entry.what === 'step' && entry.step === 'turn.begun' && entry.turnId !== undefined)
      begun.add(entry.turnId)
  }
  return asked - begun.size
}

function perform(act: Act, { history, database, house, wire, victims }: Stage, scene: Scene) {
  const trouble = (kind: string, forMs?: number) =>
    history.add({ what: 'trouble', kind, ...(forMs === undefined ? {} : { forMs }) })
  switch (act.do) {
    case 'say':
      return scene.say(act)
    case 'edit':
      return scene.edit(act.question, act.version)
    case 'remove':
      return scene.remove(act.question)
    case 'stop':
      return scene.stop(act.question)
    case 'duplicate':
      return duplicate(house, act.count)
    case 'order':
      return house.sandbox.slack.setMentionOrder(act.order)
    case 'fault':
      return house.sandbox[act.on].faults.plan(act.fault)
    case 'disturb':
      trouble(`${act.platform}: ${act.how} connections`)
      return disturb(house, act)
    case 'freeze':
      trouble('network frozen', act.forMs)
      return wire.freeze(act.forMs)
    case 'database':
      trouble(`database ${act.how}`, act.forMs)
      if (act.how === 'crash') return void database.crash()
      return database[act.how](act.forMs)
    case 'kill':
      return act.at ? victims.killAt(act.victim, act.at) : victims.kill(act.victim)
    case 'leave':
      return victims.leave(act.victim)
    case 'clock':
      trouble(`clock of ${act.victim}`, act.byMs)
      return victims.skew(act.victim, act.byMs)
  }
}

function duplicate({ sandbox }: Household, count: number): void {
  const events = sandbox.slack.deliveries.filter(({ type }) => type === 'events_api').slice(-count)
  for (const { payload } of events) sandbox.slack.deliver({ type: 'events_api', payload })
}

function disturb({ sandbox }: Household, { platform, how }: Extract<Act, { do: 'disturb' }>): void {
  if (how === 'drop') return sandbox[platform].player.dropConnections()
  if (platform === 'slack')
    return sandbox.slack.warnConnections(how === 'ask' ? 'warning' : 'refresh_requested')
  if (how === 'ask') return sandbox.discord.askToReconnect()
  sandbox.discord.invalidateSessions()
  return sandbox.discord.player.dropConnections()
}

/** Turns that were accepted and have not ended, as far as the processes told; with `unsure` those of killed ones. */
function runningIn({ entries }: History): { readonly open: number; readonly unsure: number } {
  const open = new Set<string>()
  const unsure = new Set<string>()
  for (const entry of entries) {
    if (entry.what === 'killed') {
      for (const turnId of open) unsure.add(turnId)
      open.clear()
    }
    if (entry.what !== 'step' || entry.turnId === undefined) continue
    unsure.delete(entry.turnId)
    if (entry.step === 'turn.ended') open.delete(entry.turnId)
    else if (entry.step === 'inbound.stored' || entry.step === 'turn.begun') open.add(entry.turnId)
  }
  return { open: open.size, unsure: unsure.size }
}

const silenceMs = 3_000
/** Whether all was heard on Discord cannot be asked of an embedded database: longer than the slowest call of a round. */
const embeddedSilenceMs = 13_000
/** Nothing more is heard by then, if nothing was since then. */
const longSilenceMs = 30_000
/** Slack's limits alone make an answer wait for a minute. */
const patienceMs = 240_000

/** Everything works again, and nothing happens any more. */
async function untilQuiet(stage: Stage): Promise<number> {
  const { history, house, database, victims, watch: watching } = stage
  house.sandbox.slack.faults.clear()
  house.sandbox.discord.faults.clear()
  house.sandbox.model.faults.clear()
  const startedMs = steadyMs()
  for (let victim = 0; victim < stage.round.processes; victim += 1)
    await victims.settled(victim, { up: false })
  await database.mend()
  await victims.up()
  while (steadyMs() - startedMs < patienceMs) {
    await pause(500)
    watching.look()
    const lastMs = history.entries.findLast(({ what }) => what !== 'called')?.atMs ?? 0
    const silentMs = steadyMs() - lastMs
    if (silentMs < silenceMs || watching.pending() > 0) continue
    if (database.url === undefined ? isOver(history, silentMs) : await isDone(stage, silentMs)) break
  }
  return Math.round(steadyMs() - startedMs)
}

/** Of an embedded database nobody else may ask. */
function isOver(history: History, silentMs: number): boolean {
  const { open: still, unsure } = runningIn(history)
  return silentMs > embeddedSilenceMs && still === 0 && (unsure === 0 || silentMs > 2 * embeddedSilenceMs)
}

async function isDone({ database, history: { entries } }: Stage, silentMs: number): Promise<boolean> {
  const { open, heard } = await database.ask('', readOpen)
  if (open > 0) return false
  return (
    silentMs > longSilenceMs || unheardIn(entries, heard).every(said => isBeyondReach(entries, heard, said))
  )
}
