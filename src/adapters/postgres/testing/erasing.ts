import { createEraseHandler } from '../../../core/erasure.ts'
import type { Store } from '../../../core/store.ts'
import { atMs } from './cast.ts'

const clock = { nowMs: () => atMs, sleep: () => Promise.resolve() }

/** Runs the erase job that waits, as a worker would; `steps` breaks off after so many, as a process that dies. */
export async function runErasing(store: Store, steps = Number.POSITIVE_INFINITY): Promise<void> {
  const [job] = await store.jobs.claim(['erase'], 0)
  if (!job) throw new Error('There is no job.')
  let left = steps
  const breaking = {
    ...store,
    erasures: {
      ...store.erasures,
      step: (...of: Parameters<Store['erasures']['step']>) =>
        left-- > 0 ? store.erasures.step(...of) : Promise.reject(new Error('The process died.')),
    },
  }
  await createEraseHandler({ store: breaking, clock }).run(job, new AbortController().signal)
  await store.jobs.finish(job.lease)
}
