import { expect, it, vi } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { serveSockets } from './testing/socket-home.ts'
import { signUp } from './testing/web-home.ts'

// Each waits for sockets, a worker and a database, and may wait for a busy machine too.
vi.setConfig({ testTimeout: 90_000 })

onEveryEngine('the limits of a socket', open => {
  it('refuses what it does not understand, goes on, and hangs up on a flood', async () => {
    const { database } = await open()
    const { as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const ada = await as(token)
    ada.socket.send('nonsense')
    ada.send({ type: 'dance' })
    ada.send({ type: 'send', text: '   ', clientId: 'c1' })
    await ada.sees({ type: 'error', code: 'invalid', clientId: 'c1' })
    expect(ada.frames).toMatchObject([{ code: 'invalid' }, { code: 'invalid' }, { code: 'invalid' }])
    for (let frame = 0; frame < 400; frame += 1) ada.send({ type: 'subscribe', dialogueId: 'none' })
    expect(await ada.closed).toBe(1008)
    const large = await as(token)
    large.socket.send('x'.repeat(1024 * 1024))
    expect(await large.closed).toBe(1009)
  })

  it('lets one person say only so much in a minute', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database, { works: false })
    const { token } = await signUp(database, 'ada')
    const made = await home.request(token, 'POST', '/api/v1/dialogues', { title: 'Tides' })
    const { id: dialogueId } = (await made.json()) as { id: string }
    const ada = await as(token)
    const startedAtMs = Date.now()
    for (let index = 0; index < 60; index += 1)
      ada.send({ type: 'send', dialogueId, text: `m${index}`, clientId: `c${index}` })
    const refused = () =>
      ada.frames.filter(frame => frame.type === 'error' && frame.code === 'rate_limited').length
    const taken = () => ada.frames.filter(frame => frame.type === 'message').length
    await expect.poll(() => refused() + taken(), { timeout: 20_000 }).toBe(60)
    // Half a one comes back each second.
    expect(taken()).toBeLessThanOrEqual(31 + (Date.now() - startedAtMs) / 2_000)
    expect(taken()).toBeGreaterThanOrEqual(30)
    expect(refused()).toBeGreaterThan(0)
  })

  it('keeps for a slow reader the newest state alone', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const gate = home.model.gate()
    const page = 'y'.repeat(50_000)
    const words = Array.from({ length: 300 }, (_, index) => `${index} ${page}\n`)
    home.model.script([gate, ...words])
    const made = await home.request(token, 'POST', '/api/v1/dialogues', { text: 'A lot, please' })
    const { id: dialogueId, turnId } = (await made.json()) as { id: string; turnId: string }
    const render = await as(token)
    render.send({ type: 'subscribe', dialogueId })
    await gate.reached
    await render.sees({ type: 'turn', turnId, state: 'running' })
    render.socket.pause()
    gate.open()
    const whole = words.join('')
    await expect
      .poll(
        async () => {
          const answer = await home.request(token, 'GET', `/api/v1/turns/${turnId}`)
          return ((await answer.json()) as { state: string }).state
        },
        { timeout: 20_000 },
      )
      .toBe('done')
    render.socket.resume()
    await expect.poll(() => render.state(turnId), { timeout: 20_000 }).toBe('done')
    expect(render.text(turnId) === whole).toBe(true)
    // One frame for each of 300 states would be what was to be avoided.
    expect(render.frames.filter(frame => frame.type === 'turn').length).toBeLessThan(150)
  })
})
