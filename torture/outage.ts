import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { install } from '../src/testing/installation.ts'
import { type Found, isAnswered, liveThrough } from '../src/testing/outage.ts'

/**
 * `npm run torture:outage -- [--seconds 30]`, promise B4: PostgreSQL is stopped for so long under a Parley started as
 * `npm start` does, and started again. Ends with 1 when the process ended, when Slack was not told to send again, or
 * when not every question of meanwhile was answered, once, within ten seconds of the return.
 */
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } })

const promisedMs = 10_000
/** Slack's own are at once, after a minute and after five: how soon that is, is Slack's affair and not Parley's. */
const slackSaysAgainEveryMs = 1_000

async function main(forMs: number): Promise<void> {
  const { server, house, parley, close } = await install('parley_outage', {
    slack: { retryDelaysMs: Array.from({ length: 600 }, () => slackSaysAgainEveryMs) },
  })
  let ended: string | undefined
  void parley.ended.then(how => (ended = `${how}\n${parley.stderr()}`))
  try {
    const found = await liveThrough(house, await parley.up, {
      begin: () => server.halt(),
      end: () => server.resume(),
      forMs,
    })
    tell(found, ended)
  } finally {
    await close()
  }
}

function tell(found: Found, ended: string | undefined): void {
  const { asked, refused, answeredMs, readyMs } = found
  const backlogMs = Math.max(...answeredMs)
  const onSlack = asked.slice(1).filter(({ room }) => room.platform === 'slack')
  const once = asked.filter(isAnswered)
  const seconds = (ms: number) => (ms / 1_000).toFixed(1)
  const broken = [
    ...(ended === undefined ? [] : [`the process ended: ${ended}`]),
    ...(found.ready === 503 && found.healthy === 200
      ? []
      : [`/readyz said ${found.ready}, /healthz ${found.healthy}`]),
    ...(refused.length === onSlack.length ? [] : ['Slack was not told to send again']),
    ...(once.length === asked.length ? [] : [`${asked.length - once.length} without exactly one answer`]),
    ...(backlogMs <= promisedMs ? [] : [`more than ${seconds(promisedMs)} s`]),
  ]
  process.stdout.write(
    `${asked.length} questions, ${onSlack.length} of which Slack told again; ready ${seconds(readyMs)} s after the return, ` +
      `the last answer after ${seconds(backlogMs)} s (load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores)\n`,
  )
  for (const line of broken) process.stdout.write(`BROKEN  ${line}\n`)
  process.exitCode = broken.length === 0 ? 0 : 1
}

await main(Number(values.seconds) * 1_000)
