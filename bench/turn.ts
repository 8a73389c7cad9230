import { setTimeout as pause } from 'node:timers/promises'
import { startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../src/adapters/postgres/testing/server-databases.ts'
import { measureAcceptance } from './turn-accept.ts'
import { startContestant } from './turn-contestant.ts'
import { type BenchModel, modelName, serveModel } from './turn-model.ts'
import { servePlatforms } from './turn-platforms.ts'
import { type Figures, reportTurns, type SeatFigures } from './turn-page.ts'
import { ask, type Asked, type Seat, takenBy, untilShown, wrongOf } from './turn-round.ts'
import { stagesOf } from './turn-stages.ts'

/**
 * Promise A1 and A6: what Parley itself adds to a turn, beside bare echo bots and the Chat SDK, one after the other in
 * one run. Nobody waits for a platform's pace here: that is `bench:pump`. Ends with 1 when something went wrong.
 * `--quick` takes half a minute, `--write` keeps the figures in docs/performance.md.
 */
const quick = process.argv.includes('--quick')
const full = process.argv.includes('--full')

/** Half a second of speech at 60 words a second. */
const speech = { words: 30, everyMs: 1_000 / 60 }

const levels = [
  { concurrent: 1, rounds: quick ? 5 : 20 },
  { concurrent: 50, rounds: quick ? 1 : 4 },
  ...(full ? [{ concurrent: 500, rounds: 1 }] : []),
]

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const server = await startServer()
  const closers: (() => Promise<unknown>)[] = [() => server.stop()]
  try {
    const model = await serveModel(() => speech)
    closers.unshift(() => model.close())
    const url = await createDatabaseOn(server.url, 'parley_bench')
    const seats = await openSeats(model, url, closers)
    const figures: Figures = { levels: [], wrong: [], acceptance: new Map() }
    for (const { concurrent } of levels) figures.levels.push({ concurrent, seats: new Map() })
    await warmUp(seats, model)
    for (const { concurrent, rounds } of levels)
      for (let round = 0; round < rounds; round += 1)
        for (const seat of seats) await playRound(seat, model, concurrent, figures)
    for (const { concurrent } of levels)
      for (const seat of seats.filter(({ asksModel }) => asksModel))
        if (concurrent > 1) await weigh(seat, model, concurrent, figures)
    // What the turns before left to do, such as titles and what their answers' own events bring, is not measured here.
    await pause(3_000)
    for (let round = 0; round < (quick ? 1 : 4); round += 1)
      for (const name of ['Parley, Slack', 'bare bolt echo'])
        await acceptRound(
          seats.find(seat => seat.name === name),
          figures,
        )
    if (model.repeated() > 0) figures.wrong.push(`${model.repeated()} turns asked the model more than once`)
    for (const { name, platforms } of seats)
      for (const [what, count] of platforms.refused()) figures.wrong.push(`${name}: ${count} × ${what}`)
    reportTurns(figures, say, process.argv.includes('--write'))
    process.exitCode = figures.wrong.length === 0 ? 0 : 1
  } finally {
    for (const close of closers) await close()
  }
}

async function openSeats(
  model: BenchModel,
  databaseUrl: string,
  closers: (() => Promise<unknown>)[],
): Promise<readonly Seat[]> {
  const models = { OPENAI_BASE_URL: model.baseUrl, OPENAI_MODEL: modelName }
  const open = async (name: string, more: Readonly<Record<string, string>>, eventsPath?: string) => {
    const platforms = await servePlatforms('off')
    closers.unshift(() => platforms.close())
    const contestant = await startContestant(name, { ...platforms.env, ...models, ...more })
    closers.unshift(() => contestant.stop())
    if (eventsPath !== undefined && !(await platforms.slack.setEventsUrl(contestant.url + eventsPath)))
      throw new Error(`${name} does not take Slack's events.`)
    return { platforms, contestant }
  }
  const parley = await open(
    'parley',
    {
      PORT: '0',
      DATA_DIR: `/tmp/parley-bench-${process.pid}`,
      SANDBOX: 'off',
      DATABASE_URL: databaseUrl,
      SECRET_KEY: 'a secret of this bench that has more than 32 bytes',
      UNPACED: 'yes',
    },
    '/slack/events',
  )
  const chat = await open('chat', {}, '/')
  const bolt = await open('bolt', {}, '/slack/events')
  const discordjs = await open('discordjs', {})
  await connected(parley.platforms.discord)
  return [
    { name: 'Parley, Slack', platform: 'slack', asksModel: true, ...parley },
    { name: 'chat with its Slack adapter', platform: 'slack', asksModel: true, ...chat },
    { name: 'bare bolt echo', platform: 'slack', asksModel: false, ...bolt },
    { name: 'Parley, Discord', platform: 'discord', asksModel: true, ...parley },
    { name: 'bare discord.js echo', platform: 'discord', asksModel: false, ...discordjs },
  ]
}

async function connected(discord: Seat['platforms']['discord']): Promise<void> {
  for (let tries = 0; discord.player.view().connections === 0; tries += 1) {
    if (tries > 200) throw new Error('Parley does not connect to Discord.')
    await pause(50)
  }
}

async function warmUp(seats: readonly Seat[], model: BenchModel): Promise<void> {
  for (let round = 0; round < 3; round += 1)
    for (const seat of seats)
      if (!(await untilShown(seat, [ask(seat), ask(seat), ask(seat)], 30_000)))
        throw new Error(`${seat.name} does not answer.`)
  await idle(model)
  for (const { contestant } of seats) await contestant.report()
}

/** Until nothing of a round is under way: its turns are ended and titled. */
async function idle(model: BenchModel): Promise<void> {
  for (let still = 0; still < 5; still += 1) {
    await pause(50)
    if (model.open() > 0) still = 0
  }
}

async function playRound(seat: Seat, model: BenchModel, concurrent: number, figures: Figures): Promise<void> {
  const asked: Asked[] = Array.from({ length: concurrent }, () => ask(seat))
  if (!(await untilShown(seat, asked))) figures.wrong.push(`${seat.name}: not every turn ended`)
  await idle(model)
  const words = seat.asksModel ? speech.words : 2
  figures.wrong.push(...wrongOf(seat, asked, words).map(wrong => `${seat.name}: ${wrong}`))
  const { reached } = await seat.contestant.report()
  const level = figures.levels.find(known => known.concurrent === concurrent)
  const known: SeatFigures = level?.seats.get(seat.name) ?? { rounds: [], stages: new Map() }
  known.rounds.push(takenBy(seat, model, asked))
  for (const [stage, times] of stagesOf(reached))
    known.stages.set(stage, [...(known.stages.get(stage) ?? []), ...times])
  level?.seats.set(seat.name, known)
}

async function acceptRound(seat: Seat | undefined, figures: Figures): Promise<void> {
  if (!seat) return
  const { times, refused } = await measureAcceptance(seat, 2_500)
  figures.acceptance.set(seat.name, [...(figures.acceptance.get(seat.name) ?? []), ...times])
  if (refused > 0)
    figures.wrong.push(`${seat.name}: ${refused} of ${times.length} events were not taken in time`)
}

/** What every turn under way keeps in memory, once all of them have the model's first word. */
async function weigh(seat: Seat, model: BenchModel, concurrent: number, figures: Figures): Promise<void> {
  const before = await seat.contestant.report()
  model.hold()
  const asked = Array.from({ length: concurrent }, () => ask(seat))
  const begun = () => asked.filter(({ turn }) => model.exchanges.has(turn)).length
  for (let tries = 0; tries < 1_200 && begun() < concurrent; tries += 1) await pause(50)
  await pause(300)
  const held = await seat.contestant.report()
  const turns = begun()
  model.release()
  if (!(await untilShown(seat, asked))) figures.wrong.push(`${seat.name}: not every held turn ended`)
  await idle(model)
  const known = figures.levels.find(level => level.concurrent === concurrent)?.seats.get(seat.name)
  if (known)
    known.memory = {
      turns,
      idleMb: before.rssMb,
      heldMb: held.rssMb,
      perTurnKb: ((held.heapMb - before.heapMb) * 1_024) / Math.max(1, turns),
    }
  await seat.contestant.report()
}

await main()
