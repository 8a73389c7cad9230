import { ParleyError } from './errors.ts'

/** What a platform says, or `platform_unavailable` once `signal` is aborted; whoever else waits for the same goes on. */
export function within<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new ParleyError('platform_unavailable', 'There was no answer in time.'))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
