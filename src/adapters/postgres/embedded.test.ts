import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../core/testing/silent-log.ts'
import { openDatabase } from './database.ts'
import { lockDataDir } from './lock.ts'
import { migrate } from './migrate.ts'
import { createStore } from './store.ts'
import { writeAndKill } from './testing/write-and-kill.ts'

const place = { platform: 'slack', workspaceId: 'T1', channelId: 'C1' } as const

describe('the embedded database', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'parley-test-data-'))
  })
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('loses nothing it acknowledged, and can be opened again, when its process is killed', async () => {
    // What a process killed while making the cluster leaves behind.
    mkdirSync(join(dataDir, 'db.new'))
    writeFileSync(join(dataDir, 'db.new', 'PG_VERSION'), '18')
    let last = await writeAndKill(dataDir, { first: 0, count: 200 }, async pid => {
      const second = openDatabase({ dataDir }, { log: silentLog })
      await expect(second).rejects.toMatchObject({
        code: 'conflict',
        message: `DATA_DIR ${dataDir} is in use by another Parley (process ${pid}): stop that one, or give this one a DATA_DIR of its own.`,
      })
    })
    last = await writeAndKill(dataDir, { first: last + 2, count: 200 })
    const database = await openDatabase({ dataDir }, { log: silentLog })
    try {
      expect(await migrate(database)).toEqual([])
      const { decisions } = createStore(database)
      const rows = await database.handle.selectFrom('decisions').select('key').execute()
      expect(rows.length).toBeGreaterThanOrEqual(400)
      expect(await decisions.claim({ key: String(last), kind: 'message', place })).toBe(false)
      const kept = new Set(rows.map(row => row.key))
      expect([...Array(200).keys()].filter(key => !kept.has(String(key)))).toEqual([])
      await database.maintain()
    } finally {
      await database.close()
    }
    expect(existsSync(join(dataDir, 'db.new'))).toBe(false)
    lockDataDir(dataDir).release()
  }, 60_000)
})

describe('the lock on DATA_DIR', () => {
  it('is held by one at a time, and says by whom', () => {
    const dir = mkdtempSync(join(tmpdir(), 'parley-test-lock-'))
    const lock = lockDataDir(dir)
    expect(readFileSync(join(dir, 'lock.pid'), 'utf8')).toBe(`${process.pid}\n`)
    expect(() => lockDataDir(dir)).toThrow(`(process ${process.pid})`)
    lock.release()
    lock.release()
    const again = lockDataDir(dir)
    expect(() => lockDataDir(dir)).toThrow('is in use by another Parley')
    again.release()
    rmSync(dir, { recursive: true })
  })
})
