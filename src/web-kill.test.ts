import { once } from 'node:events'
import { describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestPostgres } from './adapters/postgres/testing/databases.ts'
import { openHousehold } from './testing/household.ts'
import { type ParleyProcess, startProcess } from './testing/parley-process.ts'
import { joinWeb } from './testing/web-person.ts'

/** As on the other platforms: wherever Parley is killed, a question of the web is answered once, and whole. */

const answer = 'The upload is slow, because each part starts from zero.'
const eventually = { timeout: 40_000, interval: 100 }

describe.each(['embedded', 'PostgreSQL'] as const)('on the %s engine', engine => {
  it.for(['inbound.stored', 'model.first_text', 'turn.delivering'])(
    'a question of the web survives a kill at %s',
    { timeout: 120_000 },
    async (step, { expect }) => {
      const database = engine === 'PostgreSQL' ? await startTestPostgres() : undefined
      const house = await openHousehold(database ? { databaseUrl: database.url } : {})
      const processes: ParleyProcess[] = []
      const start = (...point: { step: string; platform: string }[]) => {
        // Tokens are of one address, which a free port would change.
        const parley = startProcess({ ...house.env, PUBLIC_URL: 'http://parley.example' }, ...point)
        processes.push(parley)
        return parley
      }
      try {
        house.sandbox.model.script({ text: answer }, 10)
        const first = start({ step, platform: 'web' })
        const address = await first.up
        const ada = await joinWeb(address, { name: 'ada', dataDir: house.env['DATA_DIR'] ?? '' })
        const question = { text: 'what is slow?', clientId: 'c1' }
        const ask = (at: string) => ada.request(at, 'POST', '/api/v1/dialogues', question)
        // Whether it was taken the one who asks cannot know, and asks again.
        await ask(address).catch(() => undefined)
        expect(await first.ended).toBe('SIGKILL')
        const next = await start().up
        const socket = new WebSocket(`${next.replace('http', 'ws')}/ws`)
        const frames: string[] = []
        socket.on('message', data => frames.push((data as Buffer).toString()))
        await once(socket, 'open')
        socket.send(JSON.stringify({ type: 'auth', accessToken: ada.token }))
        const { status, body } = await ask(next)
        expect(status).toBe(201)
        socket.send(JSON.stringify({ type: 'subscribe', dialogueId: body['id'] }))
        const turn = async () =>
          (await ada.request(next, 'GET', `/api/v1/turns/${String(body['turnId'])}`)).body
        await expect.poll(turn, eventually).toMatchObject({ state: 'done', text: answer })
        const shown = await ada.request(next, 'GET', `/api/v1/dialogues/${String(body['id'])}`)
        expect(shown.body['messages']).toMatchObject([
          { role: 'user', text: 'what is slow?' },
          { role: 'assistant', text: answer },
        ])
        await expect.poll(() => frames.join('\n'), eventually).toContain(answer)
        socket.terminate()
      } finally {
        for (const parley of processes) parley.kill('SIGKILL')
        await Promise.all(processes.map(parley => parley.ended))
        await house.close()
        await database?.drop()
      }
    },
  )
})
