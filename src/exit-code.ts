import { ConfigError } from './config.ts'
import { ParleyError } from './core/errors.ts'

/** sysexits.h: configuration error. */
const configurationError = 78

/** Says why a command or the start failed, a line for each reason; a fault of Parley's own is thrown on, stack and all. */
export function exitCodeFor(thrown: unknown): number {
  const isConfig = thrown instanceof ConfigError
  if (!isConfig && !(thrown instanceof ParleyError)) throw thrown
  for (const problem of isConfig ? thrown.problems : [thrown.message])
    process.stderr.write(`parley: ${problem}\n`)
  return isConfig ? configurationError : 1
}
