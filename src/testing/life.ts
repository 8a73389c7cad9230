import { startTestPostgres } from '../adapters/postgres/testing/databases.ts'
import { type Household, type HouseholdOptions, openHousehold } from './household.ts'
import { type KillableProcess, type KillPoint, startProcess } from './parley-process.ts'

/** Stand-ins and a database, with one Parley after the other: each goes on with what the last left behind. */
export interface Life {
  readonly house: Household
  /** Where its PostgreSQL is; empty on the embedded engine. */
  readonly databaseUrl: string
  /** The Parley that was started last while it lives, else a new one; up. */
  readonly parley: () => Promise<KillableProcess>
  /** Has it die there, does `act`, and waits until it is dead: with what it ended. */
  readonly killedAt: (point: KillPoint, act: () => unknown) => Promise<number | NodeJS.Signals>
  /** Nothing of it is left afterwards. */
  end(): Promise<void>
}

export interface LifeOptions extends HouseholdOptions {
  readonly engine: 'embedded' | 'PostgreSQL'
  readonly env?: Readonly<Record<string, string>>
}

export async function openLife({ engine, env = {}, ...options }: LifeOptions): Promise<Life> {
  const database = engine === 'PostgreSQL' ? await startTestPostgres() : undefined
  const house = await openHousehold({ ...options, ...(database ? { databaseUrl: database.url } : {}) })
  const processes: KillableProcess[] = []
  let living: KillableProcess | undefined
  const start = () => {
    const process = startProcess({ ...house.env, ...env })
    processes.push(process)
    void process.ended.then(() => {
      if (living === process) living = undefined
    })
    return process
  }
  const parley = async () => {
    living ??= start()
    const process = living
    await process.up
    return process
  }
  return {
    house,
    databaseUrl: database?.url ?? '',
    parley,
    async killedAt(point, act) {
      const process = await parley()
      await process.dieAt(point)
      await act()
      return process.ended
    },
    async end() {
      for (const process of processes) process.kill('SIGKILL')
      await Promise.all(processes.map(process => process.ended))
      await house.close()
      await database?.drop()
    },
  }
}
