import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type TestServer, startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../src/adapters/postgres/testing/server-databases.ts'
import { practiceTokens } from '../src/sandbox/slack/tokens.ts'
import { cpuMsOf } from './scale-cpu.ts'
import { reportScale, type ScaleFigure } from './scale-page.ts'
import { nowMs } from './turn-clock.ts'
import { type Contestant, startContestant } from './turn-contestant.ts'
import { modelName, serveModel } from './turn-model.ts'
import { type Platforms, servePlatforms } from './turn-platforms.ts'
import type { Report } from './turn-report.ts'
import { ask, type Asked, type Seat, untilShown } from './turn-round.ts'

/**
 * Promise A7: turns a second of 1, 2 and 4 processes on one PostgreSQL, what each turn asks of the database, and what
 * everything costs in processor time, which says what the limit is. As many questions as `inFlight` are open at any
 * moment; the model answers at once. Ends with 1 when something went wrong. `--quick`, `--write` as elsewhere.
 */
const quick = process.argv.includes('--quick')
const inFlight = 24
const censusTurns = 40
const measuredMs = quick ? 4_000 : 20_000
const processes = quick ? [1, 2] : [1, 2, 4]

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const server = await startServer()
  const figures: ScaleFigure[] = []
  const wrong: string[] = []
  try {
    for (const count of processes) {
      const figure = await measure(server, count, wrong)
      figures.push(figure)
      say(`${count} processes: ${figure.turnsPerSecond.toFixed(1)} turns/s`)
    }
  } finally {
    await server.stop()
  }
  reportScale(figures, wrong, say, process.argv.includes('--write'))
  process.exitCode = wrong.length === 0 ? 0 : 1
}

async function measure(server: TestServer, count: number, wrong: string[]): Promise<ScaleFigure> {
  const platforms = await servePlatforms('off')
  const model = await serveModel(() => ({ words: 8, everyMs: 0 }))
  const url = await createDatabaseOn(server.url, `parley_scale_${count}`)
  const dir = `/tmp/parley-scale-${process.pid}`
  const env = {
    ...platforms.env,
    SLACK_APP_TOKEN: practiceTokens.app,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: modelName,
    PORT: '0',
    DATA_DIR: dir,
    SANDBOX: 'off',
    DATABASE_URL: url,
    SECRET_KEY: 'a secret of this bench that has more than 32 bytes',
    UNPACED: 'yes',
  }
  const parleys: Contestant[] = []
  try {
    // One after the other: the first one migrates.
    for (let started = 0; started < count; started += 1) parleys.push(await startContestant('parley', env))
    await allConnected(platforms, count)
    return await drive({ platforms, parleys, server }, wrong)
  } finally {
    for (const parley of parleys) await parley.stop()
    await model.close()
    await platforms.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function allConnected({ slack }: Platforms, count: number): Promise<void> {
  for (let tries = 0; slack.player.view().connections < count; tries += 1) {
    if (tries > 300) throw new Error('Not every process connects to Slack.')
    await pause(50)
  }
}

interface Scene {
  readonly platforms: Platforms
  readonly parleys: readonly Contestant[]
  readonly server: TestServer
}

/** Keeps as many questions open, first to warm up and then to measure. */
async function drive({ platforms, parleys, server }: Scene, wrong: string[]): Promise<ScaleFigure> {
  const [first] = parleys
  if (!first) throw new Error('There is no process.')
  const seat: Seat = { name: 'Parley', platform: 'slack', platforms, contestant: first, asksModel: true }
  let open: Asked[] = Array.from({ length: inFlight }, () => ask(seat))
  const isShown = ({ turn }: Asked) => platforms.shown.get(turn)?.lastAtMs !== undefined
  const during = async (ms: number) => {
    let ended = 0
    for (const until = nowMs() + ms; nowMs() < until; await pause(4)) {
      const left = open.filter(asked => !isShown(asked))
      ended += open.length - left.length
      open = [...left, ...Array.from({ length: inFlight - left.length }, () => ask(seat))]
    }
    return ended
  }
  await during(2_000)
  const before = await costSoFar(parleys, server)
  const atMs = nowMs()
  const turns = await during(measuredMs)
  const tookMs = nowMs() - atMs
  const after = await costSoFar(parleys, server)
  if (!(await untilShown(seat, open))) wrong.push(`${parleys.length} processes: not every turn ended`)
  const asked = await takeCensus(seat, parleys, wrong)
  for (const [what, count] of platforms.refused()) wrong.push(`${count} × ${what}`)
  const cost = {
    parleyMs: after.parleyMs - before.parleyMs,
    databaseMs: after.databaseMs - before.databaseMs,
    standInsMs: after.standInsMs - before.standInsMs,
  }
  return {
    processes: parleys.length,
    turnsPerSecond: (turns * 1_000) / tookMs,
    ...asked,
    parleyMs: cost.parleyMs / turns,
    databaseMs: cost.databaseMs / turns,
    standInsMs: cost.standInsMs / turns,
    busy: (cost.parleyMs + cost.databaseMs + cost.standInsMs) / tookMs,
  }
}

/** Processor time that everything has taken since it began, in milliseconds. */
async function costSoFar(parleys: readonly Contestant[], server: TestServer) {
  const reports = await Promise.all(parleys.map(parley => parley.report()))
  const { user, system } = process.cpuUsage()
  return {
    parleyMs: reports.reduce((total, { cpuMs }) => total + cpuMs, 0),
    databaseMs: cpuMsOf(server.postmaster),
    standInsMs: (user + system) / 1_000,
  }
}

/** What a turn asks of the database, counted over turns of which none is under way before or after. */
async function takeCensus(seat: Seat, parleys: readonly Contestant[], wrong: string[]) {
  await pause(1_000)
  await Promise.all(parleys.map(parley => parley.report()))
  for (let batch = 0; batch < censusTurns / 8; batch += 1)
    if (
      !(await untilShown(
        seat,
        Array.from({ length: 8 }, () => ask(seat)),
      ))
    )
      wrong.push('not every counted turn ended')
  await pause(1_000)
  const reports = await Promise.all(parleys.map(parley => parley.report()))
  const statements = new Map<string, number>()
  for (const report of reports)
    for (const [text, count] of Object.entries(report.statements))
      statements.set(text, (statements.get(text) ?? 0) + count / censusTurns)
  const each = (of: (report: Report) => number) =>
    reports.reduce((total, report) => total + of(report), 0) / censusTurns
  return {
    statements,
    rows: each(({ rows }) => rows),
    sentBytes: each(({ sentBytes }) => sentBytes),
    receivedBytes: each(({ receivedBytes }) => receivedBytes),
  }
}

await main()
