import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type TestServer, startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../src/adapters/postgres/testing/server-databases.ts'

import { type PumpFigure, reportPump } from './pump-page.ts'
import { watchStaleness } from './pump-watch.ts'
import { nowMs } from './turn-clock.ts'
import { startContestant } from './turn-contestant.ts'
import { type BenchModel, modelName, serveModel } from './turn-model.ts'
import { servePlatforms } from './turn-platforms.ts'
import { ask, type Asked, type Seat, untilShown, wrongOf } from './turn-round.ts'

/**
 * Promise A2: answers that are written at once in one workspace, under the pace that Slack and Discord allow. Both
 * platforms at the same time, each number of answers with a Parley that has used up nothing yet. Ends with 1 when a
 * platform had to refuse a call or an answer is not whole. `--quick` and `--write` as elsewhere, `--full` with 60 answers.
 */
const quick = process.argv.includes('--quick')
const counts = quick ? [1, 5] : [1, 5, 20, ...(process.argv.includes('--full') ? [60] : [])]
/** Twenty seconds of speech at 30 words a second: long answers, on which fairness shows. */
const speech = { words: quick ? 150 : 600, everyMs: 1_000 / 30 }
const endWithinMs = 240_000

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const server = await startServer()
  const figures: PumpFigure[] = []
  const wrong: string[] = []
  try {
    for (const count of counts) {
      const both = await measure(server, count, wrong)
      figures.push(...both)
      say(`${count} answers at once: done`)
    }
  } finally {
    await server.stop()
  }
  reportPump(figures, wrong, say, process.argv.includes('--write'))
  process.exitCode = wrong.length === 0 ? 0 : 1
}

async function measure(server: TestServer, count: number, wrong: string[]): Promise<readonly PumpFigure[]> {
  const platforms = await servePlatforms('documented')
  const model = await serveModel(() => speech)
  model.hold()
  const dir = `/tmp/parley-pump-${process.pid}`
  const contestant = await startContestant('parley', {
    ...platforms.env,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: modelName,
    PORT: '0',
    DATA_DIR: dir,
    SANDBOX: 'off',
    DATABASE_URL: await createDatabaseOn(server.url, `parley_pump_${count}`),
    SECRET_KEY: 'a secret of this bench that has more than 32 bytes',
  })
  try {
    if (!(await platforms.slack.setEventsUrl(`${contestant.url}/slack/events`)))
      throw new Error('Parley does not take Slack’s events.')
    for (let tries = 0; platforms.discord.player.view().connections === 0; tries += 1) {
      if (tries > 300) throw new Error('Parley does not connect to Discord.')
      await pause(50)
    }
    const seats = (['slack', 'discord'] as const).map(
      (platform): Seat => ({ name: platform, platform, platforms, contestant, asksModel: true }),
    )
    const writing = Promise.all(seats.map(seat => write(seat, model, count, wrong)))
    // Who begins alone has the pace to itself: fairness shows while all of them write.
    for (let tries = 0; tries < 1_200 && model.exchanges.size < seats.length * count; tries += 1)
      await pause(50)
    model.release()
    const figures = await writing
    for (const [what, times] of platforms.refused()) wrong.push(`${count} at once: ${times} × ${what}`)
    return figures
  } finally {
    await contestant.stop()
    await model.close()
    await platforms.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function write(seat: Seat, model: BenchModel, count: number, wrong: string[]): Promise<PumpFigure> {
  const asked: Asked[] = Array.from({ length: count }, () => ask(seat))
  const watch = watchStaleness(seat, model, asked)
  if (!(await untilShown(seat, asked, endWithinMs)))
    wrong.push(`${count} at once on ${seat.platform}: not every answer was finished`)
  const { staleMs, updates } = watch.stop()
  // A stream is closed after its last words.
  await pause(1_500)
  wrong.push(
    ...wrongOf(seat, asked, speech.words).map(text => `${count} on ${seat.platform}: ${text.slice(0, 80)}`),
  )
  const after = asked.flatMap(({ turn }) => {
    const [shown, exchange] = [seat.platforms.shown.get(turn), model.exchanges.get(turn)]
    if (shown?.lastAtMs === undefined || exchange?.endedAtMs === undefined) return []
    const firstAtMs = exchange.words[0]?.atMs ?? nowMs()
    return [{ firstMs: shown.firstAtMs - firstAtMs, finalMs: shown.lastAtMs - exchange.endedAtMs }]
  })
  return {
    platform: seat.platform,
    count,
    staleMs,
    updates,
    firstMs: after.map(({ firstMs }) => firstMs),
    finalMs: after.map(({ finalMs }) => finalMs),
  }
}

await main()
