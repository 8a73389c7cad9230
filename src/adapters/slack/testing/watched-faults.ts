import { createFaults, type Faults } from '../../../sandbox/faults.ts'

/** Faults that tell how often one struck this method: the call is on its way then. */
export function watchedFaults(watched: string): { readonly faults: Faults; readonly struck: () => number } {
  const faults = createFaults()
  let times = 0
  const strike = (method: string) => {
    const fault = faults.strike(method)
    if (fault?.method === watched) times += 1
    return fault
  }
  return { faults: { ...faults, strike }, struck: () => times }
}
