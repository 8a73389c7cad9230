import { once } from 'node:events'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Life, openLife } from './testing/life.ts'
import { joinWeb, type WebPerson } from './testing/web-person.ts'

/** As on the other platforms: wherever Parley is killed, a question of the web is answered once, and whole. */

const answer = 'The upload is slow, because each part starts from zero.'
const eventually = { timeout: 40_000, interval: 100 }

describe.concurrent.each(['embedded', 'PostgreSQL'] as const)('on the %s engine', engine => {
  let life: Life
  let ada: WebPerson
  beforeAll(async () => {
    // Tokens are of one address, which a free port would change.
    life = await openLife({ engine, env: { PUBLIC_URL: 'http://parley.example' } })
    const address = await (await life.parley()).up
    ada = await joinWeb(address, { name: 'ada', dataDir: life.house.env['DATA_DIR'] ?? '' })
  })
  afterAll(() => life.end())

  it.for(['inbound.stored', 'model.first_text', 'turn.delivering'])(
    'a question of the web survives a kill at %s',
    { timeout: 120_000, concurrent: false },
    async (step, { expect }) => {
      const { house, parley, killedAt } = life
      house.sandbox.model.script({ text: answer }, 10)
      const address = await (await parley()).up
      const question = { text: 'what is slow?', clientId: step }
      const ask = (at: string) => ada.request(at, 'POST', '/api/v1/dialogues', question)
      // Whether it was taken the one who asks cannot know, and asks again.
      const died = await killedAt({ step, platform: 'web' }, () => ask(address).catch(() => undefined))
      expect(died).toBe('SIGKILL')
      const next = await (await parley()).up
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
    },
  )
})
