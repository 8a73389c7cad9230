import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { directoryPrefix, isAlive, ownerFile } from './leftovers.ts'
import { startServer, type TestServer } from './postgres-server.ts'

const program = `
  const { startServer } = await import(${JSON.stringify(join(import.meta.dirname, 'postgres-server.ts'))})
  process.stdout.write(JSON.stringify(await startServer()) + '\\n')
  setInterval(() => {}, 1000)
`

it('a killed test run leaves no server and no directory behind', async () => {
  const runner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: runner.stdout }), 'line')
  const server = JSON.parse(String(line)) as TestServer
  expect([isAlive(server.postmaster), existsSync(server.directory)]).toEqual([true, true])
  runner.kill('SIGKILL')
  await expect
    .poll(() => [isAlive(server.postmaster), existsSync(server.directory)], { timeout: 15_000 })
    .toEqual([false, false])
})

it('a new server removes what a run that could not clean up left', async () => {
  const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(ended, 'exit')
  const left = mkdtempSync(join(tmpdir(), directoryPrefix))
  writeFileSync(join(left, ownerFile), String(ended.pid))
  const server = await startServer()
  expect(existsSync(left)).toBe(false)
  await server.stop()
  expect([isAlive(server.postmaster), existsSync(server.directory)]).toEqual([false, false])
})
