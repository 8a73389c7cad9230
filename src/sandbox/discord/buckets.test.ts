import type { TextChannel } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { adasDirect, call, openStage, support } from './testing/bot.ts'

const stage = openStage()
const messages = `/channels/${support}/messages`

describe('rate limits', () => {
  it('grant five messages in five seconds for each channel, and say so', async () => {
    let nowMs = Date.UTC(2026, 10, 21)
    const served = await stage.discord({ now: () => nowMs })
    const send = () => call(served, 'POST', messages, { content: 'x' })
    const answers = [await send(), await send(), await send(), await send(), await send()]
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '4',
      '3',
      '2',
      '1',
      '0',
    ])
    nowMs += 1000
    const sixth = await send()
    expect([sixth.status, sixth.json]).toEqual([
      429,
      { message: 'You are being rate limited.', retry_after: 4, global: false },
    ])
    expect(sixth.headers.get('retry-after')).toBe('4')
    expect(sixth.headers.get('x-ratelimit-scope')).toBe('user')
    expect((await call(served, 'POST', `/channels/${adasDirect}/messages`, { content: 'x' })).status).toBe(
      200,
    )
    nowMs += 4000
    expect((await send()).status).toBe(200)
    expect(served.discord.history(support)).toHaveLength(6)
  })

  it('count edits apart from messages', async () => {
    let nowMs = Date.UTC(2026, 10, 21)
    const served = await stage.discord({ now: () => nowMs })
    const { json } = await call(served, 'POST', messages, { content: 'x' })
    const statuses: number[] = []
    for (let at = 0; at < 6; at += 1)
      statuses.push(
        (await call(served, 'PATCH', `${messages}/${String(json['id'])}`, { content: `${at}` })).status,
      )
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect((await call(served, 'POST', messages, { content: 'y' })).status).toBe(200)
    nowMs += 5000
    expect((await call(served, 'PATCH', `${messages}/${String(json['id'])}`, { content: 'z' })).status).toBe(
      200,
    )
  })

  it('hold the whole bot to fifty calls a second', async () => {
    let nowMs = Date.UTC(2026, 10, 21)
    const served = await stage.discord({ now: () => nowMs })
    const paths = ['/users/@me', '/applications/@me', `/channels/${support}`]
    const ask = async (path: string) => call(served, 'GET', path)
    const statuses: number[] = []
    for (const path of paths) for (let at = 0; at < 17; at += 1) statuses.push((await ask(path)).status)
    expect(statuses.filter(status => status === 200)).toHaveLength(50)
    const refused = await ask('/users/@me')
    expect(refused.json).toMatchObject({ global: true, retry_after: 1 })
    expect(refused.headers.get('x-ratelimit-global')).toBe('true')
    nowMs += 1000
    expect((await ask('/users/@me')).status).toBe(200)
  })

  it('are waited out by discord.js, which loses nothing', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const channel = (await bot.channels.fetch(support)) as TextChannel
    served.discord.faults.plan({
      method: 'POST /channels/:id/messages',
      kind: 'rate-limited',
      retryAfterMs: 200,
      times: 2,
    })
    await channel.send('late')
    expect(served.discord.calls.map(({ status }) => status).slice(-3)).toEqual([429, 429, 200])
    expect(served.discord.history(support).map(({ content }) => content)).toEqual(['late'])
  })

  it('can be switched off, unlike limits of size', async () => {
    const served = await stage.discord({ limits: 'off' })
    const statuses: number[] = []
    for (let at = 0; at < 12; at += 1)
      statuses.push((await call(served, 'POST', messages, { content: `${at}` })).status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await call(served, 'POST', messages, { content: 'x'.repeat(2001) })).status).toBe(400)
  })
})
