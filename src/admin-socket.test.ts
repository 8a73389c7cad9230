import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { askAdmin, serveAdmin } from './admin-socket.ts'
import type { Console } from './core/console.ts'
import { silentLog } from './core/testing/silent-log.ts'

const ada = { id: 'ada', username: 'ada', nickname: 'Ada', role: 'owner' }

it('whoever leaves before the answer takes nothing down with them', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-admin-'))
  const running = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const over = {
    async staff() {
      running.resolve()
      await left.promise
      return [ada]
    },
  } as unknown as Console
  const stop = await serveAdmin(dataDir, { over, backUp: () => Promise.resolve() }, silentLog)
  const leaver = createConnection({ path: join(dataDir, 'admin.sock'), allowHalfOpen: true })
  leaver.end(JSON.stringify({ args: ['list-admins'] }))
  await running.promise
  leaver.destroy()
  await once(leaver, 'close')
  left.resolve()
  expect(await askAdmin(dataDir, { args: ['list-admins'] })).toEqual(['owner\tada\tada'])
  await stop()
  rmSync(dataDir, { recursive: true })
})
