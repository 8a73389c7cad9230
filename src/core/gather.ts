/**
 * Lets what is asked at the same time go together, without ever waiting for company: who comes to an idle one goes at
 * once, with whoever comes in the same moment; who comes meanwhile goes with everybody else who did, as soon as that is
 * done. `work` answers for each
 * item in order. When a company fails, each of it is tried alone, so that one bad item fails by itself. With `pause`
 * company is waited for all the same: for what nobody waits for.
 */
export interface Gathering<Item, Result> {
  readonly add: (item: Item) => Promise<Result>
  /** Resolves once nothing is under way and nobody waits. */
  idle(): Promise<void>
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export function gather<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, pause }: { readonly most: number; readonly pause?: () => Promise<unknown> },
): Gathering<Item, Result> {
  const waiting: Waiting<Item, Result>[] = []
  let running: Promise<void> | undefined
  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await pause?.()
      await together(waiting.splice(0, most))
    }
    running = undefined
  }
  async function together(company: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await work(company.map(({ item }) => item))
      company.forEach(({ resolve, reject }, at) => {
        if (at < results.length) resolve(results[at] as Result)
        else reject(new Error('No result for this item.'))
      })
    } catch (thrown) {
      if (company.length === 1) for (const { reject } of company) reject(thrown)
      else for (const one of company) await together([one])
    }
  }
  return {
    add: item =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        running ??= run()
      }),
    async idle() {
      while (running) await running
    },
  }
}
