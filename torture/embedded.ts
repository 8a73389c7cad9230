import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../src/adapters/postgres/database.ts'
import { writeAndKill } from '../src/adapters/postgres/testing/write-and-kill.ts'
import { silentLog } from '../src/core/testing/silent-log.ts'
import { createDice } from './dice.ts'

/**
 * `npm run torture:embedded -- [--kills 100] [--seed 1]`, promise B12: the process that has the embedded database open is
 * killed at random while it writes, again and again in one data directory. Ends with 1 when a row that was acknowledged
 * is not there at the end, or when the database does not open again.
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const mostWrites = 400

async function keysIn(dataDir: string): Promise<ReadonlySet<string>> {
  const database = await openDatabase({ dataDir }, { log: silentLog })
  try {
    const rows = await database.handle.selectFrom('decisions').select('key').execute()
    return new Set(rows.map(({ key }) => key))
  } finally {
    await database.close()
  }
}

async function main(kills: number, seed: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-embedded-kills-'))
  const dice = createDice('embedded', seed)
  const acknowledged: string[] = []
  try {
    let first = 0
    for (let kill = 0; kill < kills; kill += 1) {
      const last = await writeAndKill(dataDir, { first, count: dice.between(0, mostWrites) })
      for (let key = first; key <= last; key += 1) acknowledged.push(String(key))
      first = last + 2
    }
    const kept = await keysIn(dataDir)
    const lost = acknowledged.filter(key => !kept.has(key))
    const found = `${kills} kills, ${acknowledged.length} rows acknowledged, ${lost.length} of them lost (seed ${seed})`
    process.stdout.write(`${found}\n`)
    process.exitCode = lost.length === 0 ? 0 : 1
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

await main(Number(values.kills), values.seed)
