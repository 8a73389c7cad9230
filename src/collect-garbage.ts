import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void

/**
 * Gives back what was only needed on the way, and lets V8 measure by what is left how far the heap may grow before it
 * collects by itself: without this it grows by what starting took. Stops the process for about a tenth of a second.
 */
export function collectGarbage(): void {
  // Node has no other name for it. Code compiled under other flags is thrown away, so the flag is not left on.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', flavor: 'last-resort' })
}
