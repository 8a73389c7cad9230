import { once } from 'node:events'
import { expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createStore } from '../adapters/postgres/store.ts'
import { onEveryEngine, onPostgres } from '../adapters/postgres/testing/databases.ts'
import type { OutFrame } from './frames.ts'
import { textOf } from './testing/socket-client.ts'
import { serveSockets } from './testing/socket-home.ts'
import { signUp } from './testing/web-home.ts'

// Each waits for sockets, a worker and a database, and may wait for a busy machine too.
vi.setConfig({ testTimeout: 90_000 })

/** Resolves with the HTTP status that an upgrade was refused with. */
async function refusal(address: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${address}/ws`, { headers })
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
  socket.terminate()
  return response.statusCode
}

const messagesIn = (frames: readonly OutFrame[]) =>
  frames.filter(frame => frame.type === 'message').map(frame => frame.text)

onEveryEngine('the socket', open => {
  it('answers what is sent with the new dialogue’s id, and streams the answer', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const ada = await as(token)
    const [first, second] = [home.model.gate(), home.model.gate()]
    home.model.script(['Twice ', first, 'a ', second, 'day.'])
    ada.send({ type: 'send', text: 'How often?', clientId: 'c1' })
    const dialogue = await ada.sees({ type: 'dialogue', clientId: 'c1', title: 'How often?' })
    await ada.sees({ type: 'message', clientId: 'c1', text: 'How often?', role: 'user' })
    await first.reached
    await ada.sees({ type: 'turn', state: 'running', text: 'Twice ' })
    first.open()
    await second.reached
    const { turnId } = (await ada.sees({ type: 'turn', offset: 6, delta: 'a ' })) as { turnId: string }
    second.open()
    await ada.sees({ type: 'turn', turnId, state: 'done' })
    await ada.sees({ type: 'message', role: 'assistant', text: 'Twice a day.' })
    expect(ada.text(turnId)).toBe('Twice a day.')
    ada.send({
      type: 'send',
      dialogueId: (dialogue as { dialogueId: string }).dialogueId,
      text: 'Sure?',
      clientId: 'c2',
    })
    await ada.sees({ type: 'message', clientId: 'c2' })
    await ada.sees({ type: 'turn', state: 'done', text: 'All right.' })
  })

  it('refuses a page of a foreign origin at the upgrade, and lets ours in', async () => {
    const { database } = await open()
    const { address, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const authorization = `Bearer ${token}`
    expect(await refusal(address.ws, { authorization, origin: 'https://evil.example' })).toBe(403)
    expect(await refusal(address.ws, { authorization, origin: 'null' })).toBe(403)
    const ours = await as(token, { origin: 'https://parley.example' })
    ours.send({ type: 'subscribe', dialogueId: 'none' })
    await ours.sees({ type: 'error', code: 'not_found', dialogueId: 'none' })
    const allowed = await as(token, { origin: 'https://front.example' })
    allowed.send({ type: 'subscribe', dialogueId: 'none' })
    await allowed.sees({ type: 'error', code: 'not_found' })
    expect((await fetch(`${address.http}/ws`)).status).toBe(426)
  })

  it('tells who has no session so, and closes with 4001', async () => {
    const { database } = await open()
    const { as } = await serveSockets(database)
    const nobody = await as()
    nobody.send({ type: 'subscribe', dialogueId: 'any' })
    expect(await nobody.closed).toBe(4001)
    expect(nobody.frames).toMatchObject([{ type: 'error', code: 'unauthenticated' }])
    const liar = await as()
    liar.send({ type: 'auth', accessToken: 'forged' })
    expect(await liar.closed).toBe(4001)
    const silent = await as()
    expect(await silent.closed).toBe(4001)
    expect(silent.frames).toMatchObject([{ type: 'error', code: 'unauthenticated' }])
  })

  it('takes an access token in the first frame, and closes with 4001 when the session ends', async () => {
    const { database } = await open()
    const { as } = await serveSockets(database)
    const endSession = async (name: string) => {
      const { token, member } = await signUp(database, name)
      const person = await as()
      person.send({ type: 'auth', accessToken: token })
      person.send({ type: 'send', text: 'Hello', clientId: 'c1' })
      await person.sees({ type: 'turn', state: 'done' })
      const endedAtMs = Date.now()
      await createStore(database).sessions.end(token, member.id, 'logout', endedAtMs)
      expect(await person.closed).toBe(4001)
      expect(person.frames.at(-1)).toMatchObject({ type: 'error', code: 'unauthenticated' })
      return Date.now() - endedAtMs
    }
    let quickestMs = await endSession('ada')
    // Promise C4: within a second; a busy machine may take longer now and then.
    for (const name of ['grace', 'linus', 'hal'])
      if (quickestMs >= 1_000) quickestMs = Math.min(quickestMs, await endSession(name))
    expect(quickestMs).toBeLessThan(1_000)
  })

  it('resumes after what was seen: nothing is lost, nothing comes twice', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const first = await as(token)
    home.model.script(['One.'])
    home.model.script(['Two.'])
    first.send({ type: 'send', text: 'one', clientId: 'c1' })
    await first.sees({ type: 'message', role: 'assistant', text: 'One.' })
    const { dialogueId } = first.frames[0] as { dialogueId: string }
    const lastCursor = () =>
      first.frames.findLast(frame => 'cursor' in frame && frame.cursor !== undefined) as { cursor: string }
    const { cursor: after } = lastCursor()
    first.close()
    await first.closed
    const other = await as(token)
    other.send({ type: 'send', dialogueId, text: 'two', clientId: 'c2' })
    await other.sees({ type: 'message', role: 'assistant', text: 'Two.' })
    const again = await as(token)
    again.send({ type: 'subscribe', dialogueId, after })
    await again.sees({ type: 'message', text: 'two' })
    await again.sees({ type: 'turn', state: 'done', text: 'Two.' })
    expect(messagesIn(again.frames)).toEqual(['two', 'Two.'])
    const late = await as(token)
    late.send({ type: 'subscribe', dialogueId, after: 999_999 })
    await late.sees({ type: 'message', text: 'one' })
  })

  it('shows one who comes in the middle of an answer all of it', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const gate = home.model.gate()
    home.model.script(['Twice ', gate, 'a day.'])
    const ada = await as(token)
    ada.send({ type: 'send', text: 'How often?', clientId: 'c1' })
    await gate.reached
    const { dialogueId } = (await ada.sees({ type: 'turn', text: 'Twice ' })) as { dialogueId: string }
    const late = await as(token)
    late.send({ type: 'subscribe', dialogueId })
    const { turnId } = (await late.sees({ type: 'turn', text: 'Twice ' })) as { turnId: string }
    gate.open()
    await late.sees({ type: 'turn', turnId, state: 'done' })
    expect(late.text(turnId)).toBe('Twice a day.')
  })

  it('stops an answer', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const gate = home.model.gate()
    home.model.script(['Twice ', gate, 'a day.'])
    const ada = await as(token)
    ada.send({ type: 'send', text: 'How often?', clientId: 'c1' })
    const { turnId } = (await ada.sees({ type: 'turn', text: 'Twice ' })) as { turnId: string }
    ada.send({ type: 'stop', turnId })
    await ada.sees({ type: 'turn', turnId, state: 'stopped' })
    expect(ada.text(turnId)).toBe('Twice ')
    ada.send({ type: 'stop', turnId: 'none' })
    await ada.sees({ type: 'error', code: 'not_found', turnId: 'none' })
  })

  it('gives our own pages rendered blocks from the first that changed, and whole articles', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database, {
      render: {
        renderBlocks: text => text.split('\n\n').map(block => `<p>${block}</p>`),
        renderMessage: ({ role, text }, { memberId }) => `<article>${role} ${text} for ${memberId}</article>`,
      },
    })
    const { token } = await signUp(database, 'ada')
    const gates = [home.model.gate(), home.model.gate(), home.model.gate()]
    home.model.script([...gates.slice(0, 1), 'One.\n\nTw', ...gates.slice(1, 2), 'o.', ...gates.slice(2)])
    const [begun, half, whole] = gates
    const ada = await as(token)
    ada.send({ type: 'send', text: 'Count', clientId: 'c1' })
    await begun?.reached
    const { dialogueId } = (await ada.sees({ type: 'dialogue' })) as { dialogueId: string }
    const page = await as(token)
    page.send({ type: 'subscribe', dialogueId, html: true })
    await page.sees({ type: 'message', html: '<article>user Count for m-ada</article>' })
    begun?.open()
    await half?.reached
    await page.sees({ type: 'turn', blocks: { from: 0, html: ['<p>One.</p>', '<p>Tw</p>'] } })
    half?.open()
    await whole?.reached
    await page.sees({ type: 'turn', blocks: { from: 1, html: ['<p>Two.</p>'] } })
    whole?.open()
    await page.sees({ type: 'message', html: '<article>assistant One.\n\nTwo. for m-ada</article>' })
    const told = page.frames.filter(frame => frame.type === 'turn')
    expect(told.every(frame => frame.text === undefined && frame.delta === undefined)).toBe(true)
  })

  it('tells of the title that the model made after the answer, and of none once a person gave one', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database, { titles: true })
    const { token } = await signUp(database, 'ada')
    const page = await as(token)
    home.model.script(['Twice a day.'])
    home.model.script(['"High tide in Brest"'])
    page.send({ type: 'send', text: 'how often is high tide?', clientId: 'first' })
    await page.sees({ type: 'dialogue', title: 'High tide in Brest' })
    const titles = () => page.frames.flatMap(frame => (frame.type === 'dialogue' ? [frame.title] : []))
    expect([...new Set(titles())]).toEqual(['how often is high tide?', 'High tide in Brest'])
    const list = await home.request(token, 'GET', '/api/v1/dialogues')
    expect(await list.json()).toMatchObject({ items: [{ title: 'High tide in Brest' }] })

    const gate = home.model.gate()
    home.model.script(['At noon.'])
    home.model.script([gate, 'Low tide in Brest'])
    page.send({ type: 'send', text: 'and low tide?', clientId: 'second' })
    await gate.reached
    const begun = await page.sees({ type: 'dialogue', clientId: 'second' })
    const dialogueId = begun.type === 'dialogue' ? begun.dialogueId : ''
    const path = `/api/v1/dialogues/${dialogueId}`
    expect((await home.request(token, 'PATCH', path, { title: 'My sea' })).status).toBe(200)
    gate.open()
    // A second exchange ends after the title's job did: by then the model's title would have been told.
    home.model.script(['At nine.'])
    const sent = await home.request(token, 'POST', `${path}/messages`, { text: 'and tomorrow?' })
    const { turnId } = (await sent.json()) as { turnId: string }
    await page.sees({ type: 'turn', turnId, state: 'done' })
    await page.sees({ type: 'dialogue', dialogueId, title: 'My sea' })
    expect(titles()).not.toContain('Low tide in Brest')
    expect(await (await home.request(token, 'GET', path)).json()).toMatchObject({ title: 'My sea' })
  })

  it('tells every watcher of a new title, and one who was taken out that it is over', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { token } = await signUp(database, 'ada')
    const grace = await signUp(database, 'grace')
    const made = await home.request(token, 'POST', '/api/v1/dialogues', { text: 'Hello' })
    const { id: dialogueId } = (await made.json()) as { id: string }
    const path = `/api/v1/dialogues/${dialogueId}`
    await home.request(token, 'POST', `${path}/members`, { who: 'grace' })
    const guest = await as(grace.token)
    guest.send({ type: 'subscribe', dialogueId })
    await guest.sees({ type: 'dialogue', title: 'Hello' })
    await home.request(token, 'PATCH', path, { title: 'Tides' })
    await guest.sees({ type: 'dialogue', title: 'Tides' })
    await home.request(token, 'DELETE', `${path}/members/${grace.member.id}`)
    await guest.sees({ type: 'error', code: 'not_found', dialogueId })
    const before = guest.frames.length
    const sent = await home.request(token, 'POST', `${path}/messages`, { text: 'Just us' })
    expect(sent.status).toBe(202)
    const ada = await as(token)
    ada.send({ type: 'subscribe', dialogueId })
    await ada.sees({ type: 'message', text: 'Just us' })
    expect(guest.frames).toHaveLength(before)
  })
})

onPostgres('sockets of two processes', open => {
  it('show one answer alike, whoever writes it, and go on when their process does not', async () => {
    const { database, another } = await open()
    const worker = await serveSockets(database)
    const server = await serveSockets(await another(), { works: false })
    const { token } = await signUp(database, 'ada')
    const gates = [worker.home.model.gate(), worker.home.model.gate()]
    const [first, second] = gates
    worker.home.model.script(['Twice ', ...gates.slice(0, 1), 'a ', ...gates.slice(1), 'day.'])
    const there = await server.as(token)
    there.send({ type: 'send', text: 'How often?', clientId: 'c1' })
    await first?.reached
    const { turnId, dialogueId } = (await there.sees({ type: 'turn', text: 'Twice ' })) as {
      turnId: string
      dialogueId: string
    }
    const here = await worker.as(token)
    here.send({ type: 'subscribe', dialogueId })
    first?.open()
    await second?.reached
    await expect.poll(() => there.text(turnId), { timeout: 10_000 }).toBe('Twice a ')
    // The page lands on the other process in the middle of it.
    there.socket.terminate()
    const moved = await worker.as(token)
    moved.send({ type: 'subscribe', dialogueId })
    await expect.poll(() => moved.text(turnId), { timeout: 10_000 }).toBe('Twice a ')
    second?.open()
    for (const client of [here, moved]) {
      await client.sees({ type: 'turn', turnId, state: 'done' })
      expect(textOf(client.frames, turnId)).toBe('Twice a day.')
    }
  })
})
