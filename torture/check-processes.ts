import type { Check, Violation } from './evidence.ts'

/** Nothing that goes wrong around it ends a process: it ends when it is told to, or is killed. */
export const processesLive: Check = ({ history }) =>
  history.flatMap((entry): readonly Violation[] =>
    entry.what === 'broke'
      ? [{ promise: 'processes live', what: `Process ${entry.victim} ended by itself with ${entry.code}.` }]
      : [],
  )
