import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Answered, openLine, type Route } from './relay-client.ts'
import { quantilesOf } from './quantiles.ts'

/** What one round of one thing came to on one route. */
export interface Sample {
  readonly value: number
  readonly errors: number
}

export interface Measure {
  readonly name: string
  readonly unit: string
  readonly run: (route: Route) => Promise<Sample>
}

const errorsIn = (answers: readonly Answered[]) => answers.filter(({ error }) => error !== undefined).length

/** One after the other: what a relay adds to each. */
const alone: Measure = {
  name: 'median of one request at a time',
  unit: 'ms',
  async run(route) {
    const line = openLine(route)
    const answers: Answered[] = []
    for (let at = 0; at < 150; at += 1) answers.push(await line.ask('whole', false))
    await line.close()
    return { value: quantilesOf(answers.map(({ totalMs }) => totalMs)).median, errors: errorsIn(answers) }
  },
}

const crowd = 32
const crowdMs = 1_500

const together: Measure = {
  name: `requests a second, ${crowd} at a time`,
  unit: '/s',
  async run(route) {
    const started = performance.now()
    const answers = await Promise.all(
      Array.from({ length: crowd }, async () => {
        const line = openLine(route)
        const mine: Answered[] = []
        while (performance.now() - started < crowdMs) mine.push(await line.ask('whole', false))
        await line.close()
        return mine
      }),
    )
    const all = answers.flat()
    const seconds = (performance.now() - started) / 1_000
    return { value: (all.length - errorsIn(all)) / seconds, errors: errorsIn(all) }
  },
}

const fastFrames = 4_000

const frames: Measure = {
  name: 'frames a second, 4 streams',
  unit: '/s',
  async run(route) {
    const started = performance.now()
    const answers = await streams(route, 4, `fast ${fastFrames}`)
    const count = answers.reduce((sum, answer) => sum + answer.frames, 0)
    const lost = answers.filter(answer => answer.frames !== fastFrames + 2).length
    return { value: count / ((performance.now() - started) / 1_000), errors: errorsIn(answers) + lost }
  },
}

const pacedFrames = 40

const paced: Measure = {
  name: 'first byte, p95 of 100 paced streams',
  unit: 'ms',
  async run(route) {
    const answers = await streams(route, 100, `paced ${pacedFrames} 20`)
    // The pieces of the stream, its last one with the reason, and [DONE]: a frame less is a frame lost.
    const lost = answers.filter(answer => answer.frames !== pacedFrames + 2).length
    return {
      value: quantilesOf(answers.map(({ firstMs }) => firstMs)).p95,
      errors: errorsIn(answers) + lost,
    }
  },
}

async function streams(route: Route, count: number, mode: string): Promise<readonly Answered[]> {
  const lines = Array.from({ length: count }, () => openLine(route))
  const answers = await Promise.all(lines.map(line => line.ask(mode, true)))
  await Promise.all(lines.map(line => line.close()))
  return answers
}

export const wholeMeasures: readonly Measure[] = [alone, together]
export const streamMeasures: readonly Measure[] = [frames, paced]

/** Memory of the process in MB, at rest and while so many streams stand open and silent. */
export async function idleMemory(route: Route, count: number) {
  const rest = residentMegabytes(route.pid ?? 0)
  const lines = Array.from({ length: count }, () => openLine(route))
  const leave: (() => void)[] = []
  for (let at = 0; at < count; at += 50)
    leave.push(...(await Promise.all(lines.slice(at, at + 50).map(line => line.hold('idle')))))
  await pause(1_000)
  const megabytes = residentMegabytes(route.pid ?? 0)
  for (const one of leave) one()
  await Promise.all(lines.map(line => line.close()))
  return { rest, memory: megabytes }
}

function residentMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1_024
}

/** How long after a client left the service sees it leave, in ms, again and again. */
export async function abortTimes(
  route: Route,
  serviceUrl: string,
  times: number,
): Promise<readonly number[]> {
  const found: number[] = []
  for (let at = 0; at < times; at += 1) {
    const line = openLine(route)
    const leave = await line.hold('idle')
    const leftAtMs = performance.timeOrigin + performance.now()
    leave()
    found.push((await seenAfter(serviceUrl, leftAtMs)) - leftAtMs)
    await line.close()
  }
  return found
}

async function seenAfter(serviceUrl: string, atMs: number): Promise<number> {
  for (let tries = 0; tries < 400; tries += 1) {
    const seenMs = Number(await (await fetch(`${serviceUrl}/left`)).text())
    // Clocks of processes differ by less than a millisecond.
    if (seenMs > atMs - 2) return seenMs
    await pause(5)
  }
  return Infinity
}
