import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Household, Room } from '../src/testing/household.ts'
import { install } from '../src/testing/installation.ts'
import { type Soak, verdicts, writeSoak } from './soak-report.ts'
import { type Sample, takeSample } from './soak-sample.ts'
import { tellVerdicts } from './verdict.ts'

/**
 * `npm run bench:soak -- [--minutes 30] [--rate 2] [--write]`, promise B10: questions a second, on both platforms by
 * turns, for so long, to one process on PostgreSQL. Two are about half of what a workspace of either platform takes: one
 * message a second in each of its channels, and there are three. Ends with 1 when memory grows, when sockets are left over or when an
 * answer is not there once. A promise that is rejected unheard ends the process, and with it the bench.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
  },
})

/** Pools, caches and compiled code have their size by then. */
const warmUpShare = 1 / 6
const sampleEveryMs = 5_000
/** Kept connections are closed after half a minute. */
const settleMs = 45_000
const answer = Array.from({ length: 80 }, (_, index) => `word${index}`).join(' ')

async function main(minutes: number, rate: number): Promise<void> {
  const { house, parley, close } = await install('parley_soak')
  void parley.ended.then(how => {
    if (how === 0) return
    process.stderr.write(`Parley ended in the middle (${how}).\n${parley.stderr()}`)
    process.exit(1)
  })
  try {
    const found = await soak(house, await parley.up, { minutes, rate })
    tellVerdicts(verdicts(found))
    if (values.write) writeSoak(found)
  } finally {
    await close()
  }
}

interface Asked {
  readonly room: Room
  readonly root: string
}

async function soak(
  house: Household,
  address: string,
  { minutes, rate }: { readonly minutes: number; readonly rate: number },
): Promise<Soak> {
  // Titles are asked for as well.
  house.sandbox.model.script({ text: answer, wordDelayMs: 20 }, minutes * 60 * rate * 3 + 60)
  const asked: Asked[] = []
  const samples: Sample[] = []
  const ask = () => {
    const room = asked.length % 2 === 0 ? house.slack : house.discord
    asked.push({ room, root: room.say(`@Parley question ${asked.length}`) })
  }
  for (let first = 0; first < 20; first += 1) ask()
  await pause(settleMs)
  const before = await takeSample(address)
  const startedMs = performance.now()
  const sampler = setInterval(
    () => void takeSample(address).then(sample => samples.push(sample)),
    sampleEveryMs,
  )
  for (let second = 0; second < minutes * 60; second += 1) {
    for (let one = 0; one < rate; one += 1) ask()
    await pause(Math.max(0, startedMs + (second + 1) * 1_000 - performance.now()))
  }
  clearInterval(sampler)
  const missing = () => asked.filter(({ room, root }) => room.texts(root).join('\n') !== answer)
  for (let waits = 0; waits < 60 && missing().length > 0; waits += 1) await pause(1_000)
  await pause(settleMs)
  const after = await takeSample(address)
  const wrong = missing().length
  for (const { room, root } of missing().slice(0, 5))
    process.stderr.write(`${room.platform} ${root} shows ${JSON.stringify(room.texts(root))}\n`)
  const warm = samples.slice(Math.floor(samples.length * warmUpShare))
  return { minutes, rate, asked: asked.length, wrong, before, after, samples: warm }
}

await main(Number(values.minutes), Number(values.rate))
