import { randomUUID } from 'node:crypto'
import { systemClock } from './clock.ts'
import { mailJobKind } from './core/mail.ts'
import { createRoleReader } from './core/role-reader.ts'
import { createTurnHandler, turnJobKind } from './core/run-turn.ts'
import { runStopJob, stopJobKind } from './core/stopping.ts'
import { createTitleHandler, titleJobKind } from './core/title.ts'
import { createWorker, type Worker } from './core/worker.ts'
import { keepingHandlers } from './keeping.ts'
import type { Parts } from './parts.ts'
import type { Platforms } from './platforms.ts'

const pollMs = 2_000

/** Turns at once in one process, which mostly wait for a model. */
const concurrency = 500

/** Statements that wait for a connection: five for each. */
const mostWaiting = 50

/** Begins to work on every kind of job. */
export function startWorker(parts: Parts, { chats: platforms }: Platforms): Worker {
  const { database, store, log, trail, model, agents, live, accounts, linking } = parts
  const common = { store, clock: systemClock, log, platforms }
  const asking = { ...common, model, agents, newId: randomUUID, publicUrl: parts.publicUrl }
  const worker = createWorker({
    jobs: store.jobs,
    signals: database.signals,
    clock: systemClock,
    log,
    random: Math.random,
    handlers: new Map([
      [
        turnJobKind,
        createTurnHandler({
          ...asking,
          signals: database.signals,
          trail,
          live,
          roles: createRoleReader(common),
        }),
      ],
      [titleJobKind, createTitleHandler(asking)],
      [stopJobKind, { maxAttempts: 3, run: (job, signal) => runStopJob(common, job, signal) }],
      [mailJobKind, accounts.mailHandler],
      ...keepingHandlers({ ...common, linking, agents }),
    ]),
    concurrency,
    isCrowded: () => (database.pool()?.waiting ?? 0) >= mostWaiting,
    leaseMs: parts.leaseMs,
    pollMs,
  })
  worker.start()
  return worker
}
