import { availableParallelism, loadavg } from 'node:os'

/** How busy this machine was meanwhile, this bench included: what times can be read against. */
export function saysHowBusy(): string {
  const [, fiveMinutes = 0] = loadavg()
  return `Load of the last five minutes when it ended: ${fiveMinutes.toFixed(0)}, on ${availableParallelism()} processors.`
}
