/** One line of a promise, with what was found. */
export interface Verdict {
  readonly promise: string
  readonly holds: boolean
}

/** Tells each on standard output. A promise that is broken ends the bench with 1. */
export function tellVerdicts(verdicts: readonly Verdict[]): void {
  for (const { promise, holds } of verdicts)
    process.stdout.write(`${holds ? 'holds ' : 'BROKEN'}  ${promise}\n`)
  process.exitCode = verdicts.every(({ holds }) => holds) ? 0 : 1
}

/** The same for a page. */
export function listVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts.map(({ promise, holds }) => `- ${holds ? 'holds' : '**broken**'}: ${promise}`).join('\n')
}
