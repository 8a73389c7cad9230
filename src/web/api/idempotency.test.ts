import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import type { WebEnv } from '../context.ts'
import { keyHouse } from '../testing/key-house.ts'

const read = async (response: Response) => JSON.parse(await response.text())

onEveryEngine('a POST with an Idempotency-Key', open => {
  /** Ada, and a route that counts what it did; `hold` keeps it from ending. */
  async function house() {
    let done = 0
    let hold: Promise<void> | undefined
    const entered: (() => void)[] = []
    const counting = new Hono<WebEnv>()
    counting.post('/api/v1/things', async c => {
      for (const tell of entered.splice(0)) tell()
      await hold
      const { fails } = await c.req.json()
      if (fails === 'badly') throw new Error('It fell over.')
      if (fails) return c.json({ code: 'conflict' }, 409)
      done += 1
      c.header('Location', `/things/${done}`)
      return c.json({ done, title: 'né 🎉' }, 201)
    })
    const opened = await keyHouse(await open(), { routes: [counting] })
    const post = (json: unknown, key: string, path = '/api/v1/things', token = opened.token) =>
      opened.request(token, 'POST', path, json, { 'idempotency-key': key })
    return {
      ...opened,
      post,
      times: () => done,
      holdUp() {
        const { promise, resolve } = Promise.withResolvers<void>()
        hold = promise
        return { go: resolve, begun: new Promise<void>(tell => entered.push(tell)) }
      },
    }
  }

  it('is done once, and answered the same again', async () => {
    const { post, times } = await house()
    const first = await post({ a: 1 }, 'k1')
    const again = await post({ a: 1 }, 'k1')
    expect([first.status, again.status, times()]).toEqual([201, 201, 1])
    expect(await again.text()).toBe(await first.text())
    for (const name of ['content-type', 'location'])
      expect(again.headers.get(name)).toBe(first.headers.get(name))
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect((await read(await post({ a: 1 }, 'k2'))).done).toBe(2)
  })

  it('with another body is 422, and not done', async () => {
    const { post, times } = await house()
    await post({ a: 1 }, 'k1')
    const other = await post({ a: 2 }, 'k1')
    expect([other.status, times()]).toEqual([422, 1])
    expect(await read(other)).toMatchObject({
      code: 'invalid',
      errors: [
        { field: 'Idempotency-Key', message: 'This key was used for another request. Use a new one.' },
      ],
    })
  })

  it('is 409 while the first is under way', async () => {
    const { post, times, holdUp } = await house()
    const held = holdUp()
    const first = post({ a: 1 }, 'k1')
    await held.begun
    const second = await post({ a: 1 }, 'k1')
    expect([second.status, (await read(second)).code, second.headers.get('retry-after')]).toEqual([
      409,
      'conflict',
      '1',
    ])
    held.go()
    expect([(await first).status, times()]).toEqual([201, 1])
    expect((await post({ a: 1 }, 'k1')).status).toBe(201)
  })

  it('is done once however many are sent at once', async () => {
    const { post, times } = await house()
    const all = await Promise.all(Array.from({ length: 20 }, () => post({ a: 1 }, 'k1')))
    expect(times()).toBe(1)
    expect([...new Set(all.map(({ status }) => status))].toSorted()).toContain(201)
    expect(all.every(({ status }) => status === 201 || status === 409)).toBe(true)
  })

  it('can be tried again after a failure, ours or theirs', async () => {
    const { post, times } = await house()
    expect((await post({ fails: 'badly' }, 'k1')).status).toBe(500)
    expect((await post({ fails: true }, 'k1')).status).toBe(409)
    expect((await post({}, 'k1')).status).toBe(201)
    expect(times()).toBe(1)
  })

  it.each(['', 'x'.repeat(256), 'with space', 'naïve'])('%j is no key', async key => {
    const { post, times } = await house()
    const refused = await post({}, key)
    expect([refused.status, times()]).toEqual([422, 0])
  })

  it('keeps no secret: a key that was made cannot be asked for again', async () => {
    const { post, keyring, member, database } = await house()
    const made = await post({ name: 'bot' }, 'k1', '/api/v1/api-keys')
    const { key } = await read(made)
    const again = await post({ name: 'bot' }, 'k1', '/api/v1/api-keys')
    expect([made.status, again.status, (await keyring.list(member.id)).length]).toEqual([201, 409, 1])
    expect(await again.text()).not.toContain(key)
    const rows = await database.handle.selectFrom('idempotent_replies').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(key)
  })

  it('is each person’s own, and nothing to those who sign in', async () => {
    const { post, request, credentials, times } = await house()
    for (const path of ['/api/v1/login', '/api/v1/login']) {
      const login = await request('', 'POST', path, credentials, { 'idempotency-key': 'k1' })
      expect([login.status, login.headers.get('idempotency-replayed')]).toEqual([200, null])
    }
    expect((await post({}, 'k1')).status).toBe(201)
    expect(times()).toBe(1)
  })
})
