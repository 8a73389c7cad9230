import type { TextChannel } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { parley } from '../cast.ts'
import { manageMessages, defaultPermissions } from './permissions.ts'
import { ada, adasDirect, call, openStage, support } from './testing/bot.ts'

const stage = openStage()
const parleyId = parley.discord.userId
const messages = `/channels/${support}/messages`

describe('what REST refuses', () => {
  it('a call without the token, or to a place that is not there', async () => {
    const served = await stage.discord()
    const stranger = await fetch(`${served.apiUrl}/v10/users/@me`, { headers: { authorization: 'Bot no' } })
    expect([stranger.status, await stranger.json()]).toEqual([401, { message: '401: Unauthorized', code: 0 }])
    const nowhere = await call(served, 'GET', '/nowhere')
    expect([nowhere.status, nowhere.json]).toEqual([404, { message: '404: Not Found', code: 0 }])
  })

  it('2001 characters, by the field and the limit; 2000 pass', async () => {
    const served = await stage.discord()
    const long = await call(served, 'POST', messages, { content: 'x'.repeat(2001) })
    expect(long.status).toBe(400)
    expect(long.json).toEqual({
      message: 'Invalid Form Body',
      code: 50035,
      errors: {
        content: {
          _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }],
        },
      },
    })
    expect((await call(served, 'POST', messages, { content: 'x'.repeat(2000) })).status).toBe(200)
  })

  it.each([
    ['an empty message', 'POST', messages, { content: '' }, 400, 50006],
    ['a nonce of 26', 'POST', messages, { content: 'x', nonce: 'n'.repeat(26) }, 400, 50035],
    ['an unknown channel', 'POST', '/channels/200000000000000009/messages', { content: 'x' }, 404, 10003],
    ['an unknown message', 'PATCH', `${messages}/700000000000000009`, { content: 'x' }, 404, 10008],
    ['an unknown guild', 'GET', '/guilds/400000000000000009', undefined, 404, 10004],
    [
      'an unknown member',
      'GET',
      `/guilds/${parley.discord.guildId}/members/100000000000000009`,
      undefined,
      404,
      10007,
    ],
    ['an unknown user', 'GET', '/users/100000000000000009', undefined, 404, 10013],
    ['bulk deletion without the right', 'POST', `${messages}/bulk-delete`, { messages: [] }, 403, 50013],
    ['a thread in a direct message', 'POST', `/channels/${adasDirect}/threads`, { name: 'x' }, 400, 50024],
    ['a thread without a name', 'POST', `/channels/${support}/threads`, { name: '' }, 400, 50035],
    [
      'a reply to nothing',
      'POST',
      messages,
      { content: 'x', message_reference: { message_id: '1' } },
      400,
      50035,
    ],
    [
      'text beside a card',
      'POST',
      messages,
      { content: 'x', flags: 1 << 15, components: [{ type: 10, content: 'y' }] },
      400,
      50035,
    ],
    [
      'a card of 4001',
      'POST',
      messages,
      {
        flags: 1 << 15,
        components: [
          { type: 10, content: 'y'.repeat(2000) },
          { type: 10, content: 'y'.repeat(2001) },
        ],
      },
      400,
      50035,
    ],
    [
      'a sixth button',
      'POST',
      messages,
      { content: 'x', components: [{ type: 1, components: Array.from({ length: 6 }, () => ({ type: 2 })) }] },
      400,
      50035,
    ],
    [
      'a stranger’s interaction',
      'POST',
      '/interactions/700000000000000009/none/callback',
      { type: 5 },
      404,
      10062,
    ],
    ['a webhook it does not know', 'POST', `/webhooks/${parleyId}/none`, { content: 'x' }, 404, 10015],
  ])('%s', async (_name, method, path, body, status, code) => {
    const served = await stage.discord()
    const answer = await call(served, method, path, body)
    expect([answer.status, answer.json['code']]).toEqual([status, code])
  })

  it('editing or deleting what Ada wrote', async () => {
    const served = await stage.discord()
    const { messageId } = served.discord.player.say({ channelId: support }, ada, 'mine')
    const edit = await call(served, 'PATCH', `${messages}/${messageId}`, { content: 'yours' })
    const deletion = await call(served, 'DELETE', `${messages}/${messageId}`)
    expect([edit.json['code'], deletion.json['code']]).toEqual([50005, 50013])
    const moderated = await stage.discord({ permissions: defaultPermissions | manageMessages })
    const [one, two] = ['one', 'two'].map(
      text => moderated.discord.player.say({ channelId: support }, ada, text).messageId,
    )
    const purge = await call(moderated, 'POST', `${messages}/bulk-delete`, { messages: [one, two] })
    expect([purge.status, moderated.discord.history(support)]).toEqual([204, []])
  })
})

describe('what REST answers', () => {
  it('204 has no content type; everything else is JSON', async () => {
    const served = await stage.discord()
    const typing = await call(served, 'POST', `/channels/${support}/typing`)
    expect([typing.status, typing.text, typing.headers.get('content-type')]).toEqual([204, '', null])
    const me = await call(served, 'GET', '/users/@me')
    expect(me.headers.get('content-type')).toContain('application/json')
  })

  it('the gateway’s address by the host that was asked', async () => {
    const served = await stage.discord()
    const { json } = await call(served, 'GET', '/gateway/bot')
    expect(json['url']).toBe(served.apiUrl.replace('http', 'ws').replace('/api', '/gateway'))
  })

  it('pages of messages: newest first, and `after` walks forward', async () => {
    const served = await stage.discord()
    const ids = Array.from(
      { length: 7 },
      (_, at) => served.discord.player.say({ channelId: support }, ada, `${at}`).messageId,
    )
    const page = async (query: string) =>
      (JSON.parse((await call(served, 'GET', `${messages}?${query}`)).text) as { content: string }[]).map(
        ({ content }) => content,
      )
    expect(await page('limit=3')).toEqual(['6', '5', '4'])
    expect(await page(`limit=3&after=${ids[1]}`)).toEqual(['4', '3', '2'])
    expect(await page(`limit=2&before=${ids[3]}`)).toEqual(['2', '1'])
    expect(await page(`limit=3&around=${ids[3]}`)).toEqual(['4', '3', '2'])
    expect((await call(served, 'GET', `${messages}?limit=101`)).status).toBe(400)
  })

  it('mentions only as allowed, and keeps what was allowed', async () => {
    const served = await stage.discord()
    const send = async (allowed?: object) => {
      const body = { content: `<@${ada}> @everyone`, ...(allowed && { allowed_mentions: allowed }) }
      const { json } = await call(served, 'POST', messages, body)
      return [(json['mentions'] as { id: string }[]).map(({ id }) => id), json['mention_everyone']]
    }
    expect(await send()).toEqual([[ada], true])
    expect(await send({ parse: [] })).toEqual([[], false])
    expect(await send({ parse: [], users: [ada] })).toEqual([[ada], false])
    expect(served.discord.history(support).map(({ allowedMentions }) => allowedMentions)).toEqual([
      undefined,
      { parse: [] },
      { parse: [], users: [ada] },
    ])
  })

  it('flags: embeds can be suppressed later, and only an interaction can be answered in private', async () => {
    const served = await stage.discord()
    const sent = await call(served, 'POST', messages, { content: 'x', flags: 64 | (1 << 12) })
    expect(sent.json['flags']).toBe(1 << 12)
    const path = `${messages}/${String(sent.json['id'])}`
    expect((await call(served, 'PATCH', path, { flags: 4 })).json['flags']).toBe((1 << 12) | 4)
    expect((await call(served, 'PATCH', path, { flags: 0 })).json['flags']).toBe(1 << 12)
    expect((await call(served, 'PATCH', path, { content: 'y' })).json['flags']).toBe(1 << 12)
  })

  it('files that can be fetched again', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const channel = (await bot.channels.fetch(support)) as TextChannel
    const sent = await channel.send({
      content: 'The whole answer.',
      files: [{ attachment: Buffer.from('# Long'), name: 'answer.md' }],
    })
    const attachment = sent.attachments.first()
    expect([attachment?.name, attachment?.size]).toEqual(['answer.md', 6])
    expect(await (await fetch(attachment?.url ?? '')).text()).toBe('# Long')
  })
})

describe('a message that is sent twice', () => {
  it('is stored once when its nonce is enforced, though the first answer was lost', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    served.discord.faults.plan({
      method: 'POST /channels/:id/messages',
      kind: 'server-error',
      status: 502,
      afterCommit: true,
    })
    const sent = await ((await bot.channels.fetch(support)) as TextChannel).send('once')
    expect(served.discord.history(support).map(({ id, content }) => [id, content])).toEqual([
      [sent.id, 'once'],
    ])
    const posts = served.discord.calls.filter(({ route }) => route === 'POST /channels/:id/messages')
    expect(posts.map(({ status }) => status)).toEqual([502, 200])
  })

  it('is stored once when the connection was cut after it', async () => {
    const served = await stage.discord()
    served.discord.faults.plan({ method: 'POST /channels/:id/messages', kind: 'cut', afterCommit: true })
    const body = { content: 'once', nonce: 'n1', enforce_nonce: true }
    await expect(call(served, 'POST', messages, body)).rejects.toThrow('fetch failed')
    expect((await call(served, 'POST', messages, body)).json['nonce']).toBe('n1')
    expect(served.discord.history(support)).toHaveLength(1)
    expect(served.discord.calls.map(({ status }) => status)).toEqual([0, 200])
  })

  it('is stored again in another channel, after the window, or when the nonce is not enforced', async () => {
    let nowMs = Date.UTC(2026, 10, 21)
    const served = await stage.discord({ now: () => nowMs, nonceWindowMs: 60_000 })
    const body = { content: 'again', nonce: 'n1', enforce_nonce: true }
    const send = (path: string, sent: object) => call(served, 'POST', path, sent)
    await send(messages, body)
    await send(messages, body)
    await send(`/channels/${adasDirect}/messages`, body)
    nowMs += 60_001
    await send(messages, body)
    await send(messages, { ...body, enforce_nonce: false })
    expect(served.discord.history(support)).toHaveLength(3)
    expect(served.discord.history(adasDirect)).toHaveLength(1)
  })
})

describe('planned faults', () => {
  it('refuse with the platform’s own code, and come late', async () => {
    const served = await stage.discord()
    const { faults } = served.discord
    faults.plan({ method: 'POST /channels/:id/messages', kind: 'refused', code: '50013' })
    const refused = await call(served, 'POST', messages, { content: 'x' })
    expect([refused.status, refused.json]).toEqual([403, { message: 'Missing Permissions', code: 50013 }])
    faults.plan({ method: 'POST /channels/:id/messages', kind: 'slow', delayMs: 80, afterCommit: true })
    const startedMs = performance.now()
    const slow = call(served, 'POST', messages, { content: 'x' })
    expect((await slow).status).toBe(200)
    expect(performance.now() - startedMs).toBeGreaterThan(75)
  })

  it('may come before anything is done', async () => {
    const served = await stage.discord()
    served.discord.faults.plan({ method: 'POST /channels/:id/messages', kind: 'server-error' })
    served.discord.faults.plan({ method: 'POST /channels/:id/messages', kind: 'cut' })
    expect((await call(served, 'POST', messages, { content: 'x' })).status).toBe(502)
    await expect(call(served, 'POST', messages, { content: 'x' })).rejects.toThrow('fetch failed')
    expect(served.discord.history(support)).toEqual([])
    expect(served.discord.calls).toMatchObject([
      { route: 'POST /channels/:id/messages', path: messages, body: { content: 'x' }, status: 502 },
      { status: 0 },
    ])
  })
})
