import { startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../src/adapters/postgres/testing/server-databases.ts'
import { quantilesOf } from './quantiles.ts'
import type { Route } from './relay-client.ts'
import { abortTimes, idleMemory, type Measure, streamMeasures, wholeMeasures } from './relay-measure.ts'
import { type RelayFigure, verdicts, writeRelayReport } from './relay-report.ts'
import { endAll, startFloor, startParley, startPeer, startScript } from './relay-routes.ts'
import { tellVerdicts } from './verdict.ts'

/**
 * Promise A3: the relay, with key, reservation, settlement and usage row, beside a bare pipe and a peer. Everything is
 * measured in turn, again and again in one run, so that a busy machine slows all of it alike. Ends with 1 when something
 * went wrong or the promise is broken. With `--write` the figures become a section of docs/performance.md. The peer is
 * installed into a temporary directory, or taken from PEER_DIR.
 */
const rounds = 5
const idleStreams = 1_000
const aborts = 40

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const server = await startServer()
  try {
    const service = await startScript('relay-service.ts')
    const databaseUrl = await createDatabaseOn(server.url, `parley_bench_${process.pid}`)
    const floor = await startFloor(service.port)
    const parley = await startParley(service.port, databaseUrl)
    const peer = await startPeer(service.port)
    if (!peer) say('The peer could not be fetched: measured without it.')
    const whole = await measureAll(wholeMeasures, [floor, parley, ...(peer ? [peer] : [])])
    const streamed = await measureAll(streamMeasures, [floor, parley])
    const fresh = await startParley(
      service.port,
      await createDatabaseOn(server.url, `parley_idle_${process.pid}`),
    )
    const { rest, memory } = await idleMemory(fresh, idleStreams)
    say(`${idleStreams} idle streams: ${memory.toFixed(0)} MB, ${rest.toFixed(0)} MB before`)
    const abort = quantilesOf(await abortTimes(parley, `http://127.0.0.1:${service.port}`, aborts))
    say(`the upstream is left after ${abort.median.toFixed(1)} ms, at most ${abort.max.toFixed(1)} ms`)
    const found = { figures: [...whole, ...streamed], memory, rest, abort, hasPeer: peer !== undefined }
    tellVerdicts(verdicts(found))
    if (process.argv.includes('--write')) writeRelayReport(found)
  } finally {
    await endAll()
    await server.stop()
  }
}

/** Each measure on each route in turn; the first round warms up and is thrown away. */
async function measureAll(
  measures: readonly Measure[],
  routes: readonly Route[],
): Promise<readonly RelayFigure[]> {
  const figures: RelayFigure[] = []
  for (const measure of measures) {
    const values = new Map<string, number[]>(routes.map(({ name }) => [name, []]))
    const errors = new Map<string, number>()
    for (let round = 0; round <= rounds; round += 1) {
      // Each begins once: what runs before or after another is measured alike.
      for (let at = 0; at < routes.length; at += 1) {
        const route = routes[(at + round) % routes.length]
        if (!route) continue
        const sample = await measure.run(route)
        errors.set(route.name, (errors.get(route.name) ?? 0) + sample.errors)
        if (round > 0) values.get(route.name)?.push(sample.value)
      }
    }
    for (const { name } of routes) {
      const figure = {
        measure: measure.name,
        unit: measure.unit,
        route: name,
        values: values.get(name) ?? [],
        errors: errors.get(name) ?? 0,
      }
      figures.push(figure)
      const { median } = quantilesOf(figure.values)
      say(`${measure.name}: ${name} ${median.toFixed(2)} ${measure.unit}, ${figure.errors} errors`)
    }
  }
  return figures
}

await main()
