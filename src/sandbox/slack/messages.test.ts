import { describe, expect, it } from 'vitest'
import { clientOf, refusalOf, standIn } from './testing/stand-in.ts'

const channel = 'C0SUPPORT'
const section = (length: number) => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } })
const markdown = (length: number) => ({ type: 'markdown', text: 'x'.repeat(length) })

async function client() {
  const server = await standIn({ limits: 'off' })
  const api = clientOf(server)
  return { api, chat: api.chat, slack: server.slack }
}

describe('posting', () => {
  it('puts a message in the channel and a reply in its thread, each with its own increasing ts', async () => {
    const { chat, slack } = await client()
    const root = await chat.postMessage({ channel, text: 'root' })
    const reply = await chat.postMessage({ channel, text: 'reply', thread_ts: root.ts ?? '' })
    // A reply's own ts leads to the root of its thread.
    const second = await chat.postMessage({ channel, text: 'second', thread_ts: reply.ts ?? '' })
    const all = [root.ts, reply.ts, second.ts].map(Number)
    expect(all.toSorted((a, b) => a - b)).toEqual(all)
    expect(root.ts).toMatch(/^\d{10}\.\d{6}$/)
    expect(slack.player.messages(channel)).toMatchObject([
      { text: 'root', replies: { threadId: root.ts, count: 2 }, author: { name: 'Parley', bot: true } },
    ])
    expect(slack.player.messages(channel, root.ts).map(({ text }) => text)).toEqual([
      'root',
      'reply',
      'second',
    ])
  })

  it.each([
    ['channel_not_found', { channel: 'C0NOWHERE', text: 'x' }],
    ['thread_not_found', { channel, text: 'x', thread_ts: '1700000000.000001' }],
    ['no_text', { channel, text: '' }],
    ['markdown_text_conflict', { channel, text: 'x', markdown_text: 'y' }],
    ['msg_too_long', { channel, markdown_text: 'x'.repeat(12_001) }],
    ['msg_blocks_too_long', { channel, text: 'x', blocks: [markdown(6_001), markdown(6_000)] }],
    ['msg_blocks_too_long', { channel, text: 'x', blocks: [markdown(11_000), section(2_500)] }],
    ['invalid_blocks', { channel, text: 'x', blocks: [section(3_001)] }],
    ['invalid_blocks', { channel, text: 'x', blocks: Array(51).fill({ type: 'divider' }) }],
    ['invalid_blocks', { channel, text: 'x', blocks: [{ type: 'hologram' }] }],
    ['invalid_metadata_format', { channel, text: 'x', metadata: { part: 1 } }],
    ['ok', { channel, text: 'x', blocks: [markdown(12_000)] }],
    ['ok', { channel: 'U0ADA', markdown_text: 'x'.repeat(12_000) }],
  ])('%s', async (outcome, args) => {
    const { api, slack } = await client()
    expect(await refusalOf(api.apiCall('chat.postMessage', args))).toBe(outcome)
    const posted = slack.history(channel).length + slack.history('D0ADA').length
    expect(posted).toBe(outcome === 'ok' ? 1 : 0)
  })

  it('cuts a text off at 40,000 characters, and shows blocks in place of text', async () => {
    const { chat, slack } = await client()
    await chat.postMessage({ channel, text: 'x'.repeat(40_001) })
    await chat.postMessage({ channel, text: 'fallback', blocks: [{ type: 'markdown', text: '**shown**' }] })
    const [long, blocks] = slack.player.messages(channel)
    expect(long?.text).toHaveLength(40_000)
    expect(blocks).toMatchObject({ text: '**shown**', dialect: 'markdown' })
  })

  it('whispers to one person, outside the history', async () => {
    const { chat, slack } = await client()
    await chat.postEphemeral({ channel, user: 'U0ADA', text: 'psst' })
    expect(slack.player.messages(channel)).toMatchObject([{ text: 'psst', onlyFor: 'U0ADA' }])
    expect(slack.history(channel)).toEqual([])
    expect(await refusalOf(chat.postEphemeral({ channel: 'D0ADA', user: 'U0GRACE', text: 'x' }))).toBe(
      'user_not_in_channel',
    )
  })
})

describe('updating and deleting', () => {
  it("changes the bot's own message and nobody else's", async () => {
    const { chat, slack } = await client()
    const mine = (await chat.postMessage({ channel, text: 'one' })).ts ?? ''
    const hers = slack.player.say({ channelId: channel }, 'U0ADA', 'hers').messageId
    await chat.update({ channel, ts: mine, text: 'two' })
    expect(await refusalOf(chat.update({ channel, ts: hers, text: 'no' }))).toBe('cant_update_message')
    expect(await refusalOf(chat.delete({ channel, ts: hers }))).toBe('cant_delete_message')
    expect(await refusalOf(chat.update({ channel, ts: '1.000001', text: 'no' }))).toBe('message_not_found')
    expect(slack.player.messages(channel).map(({ text, edited }) => [text, edited])).toEqual([
      ['two', true],
      ['hers', false],
    ])
    await chat.delete({ channel, ts: mine })
    expect(slack.player.messages(channel).map(({ text }) => text)).toEqual(['hers'])
  })

  it('takes less text than posting does, and keeps blocks and metadata it is not given', async () => {
    const { chat, slack } = await client()
    const metadata = { event_type: 'part', event_payload: { id: 'p1' } }
    const { ts = '' } = await chat.postMessage({ channel, text: 'one', blocks: [section(3)], metadata })
    expect(await refusalOf(chat.update({ channel, ts, text: 'x'.repeat(4_001) }))).toBe('msg_too_long')
    await chat.update({ channel, ts, text: 'two' })
    expect(slack.history(channel)).toMatchObject([{ text: 'two', blocks: [{ type: 'section' }], metadata }])
    expect(slack.player.messages(channel)).toMatchObject([{ text: 'xxx' }])
  })
})

describe('reading', () => {
  it('pages through a thread with the root on every page, and through a channel from the newest', async () => {
    const { chat, api, slack } = await client()
    const { ts: root = '' } = await chat.postMessage({ channel, text: 'root' })
    for (const text of ['1', '2', '3']) await chat.postMessage({ channel, text, thread_ts: root })
    const first = await api.conversations.replies({ channel, ts: root, limit: 2 })
    expect(first.messages?.map(({ text }) => text)).toEqual(['root', '1', '2'])
    expect(first.has_more).toBe(true)
    const cursor = first.response_metadata?.next_cursor ?? ''
    const second = await api.conversations.replies({ channel, ts: root, limit: 2, cursor })
    expect(second.messages?.map(({ text }) => text)).toEqual(['root', '3'])
    expect(second.has_more).toBe(false)

    const oldest = first.messages?.[1]?.ts ?? ''
    const since = await api.conversations.replies({ channel, ts: root, oldest })
    expect(since.messages?.map(({ text }) => text)).toEqual(['root', '2', '3'])
    const inclusive = await api.conversations.replies({ channel, ts: root, oldest, inclusive: true })
    expect(inclusive.messages?.map(({ text }) => text)).toEqual(['root', '1', '2', '3'])

    slack.player.say({ channelId: channel }, 'U0ADA', 'newest')
    const history = await api.conversations.history({ channel })
    expect(history.messages?.map(({ text }) => text)).toEqual(['newest', 'root'])
    expect(history.messages?.[1]).toMatchObject({ reply_count: 3, thread_ts: root })
    expect(await refusalOf(api.conversations.replies({ channel, ts: '1.000001' }))).toBe('thread_not_found')
    expect(await refusalOf(api.conversations.history({ channel, cursor: 'nonsense' }))).toBe('invalid_cursor')
  })

  it('gives metadata to those who ask for it', async () => {
    const { chat, api } = await client()
    const metadata = { event_type: 'part', event_payload: { id: 'p1' } }
    await chat.postMessage({ channel, text: 'tagged', metadata })
    const without = await api.conversations.history({ channel })
    expect(without.messages?.[0]).not.toHaveProperty('metadata')
    const withIt = await api.conversations.history({ channel, include_all_metadata: true })
    expect(withIt.messages?.[0]).toMatchObject({ metadata })
  })

  it('knows the people, the channels and itself', async () => {
    const { api } = await client()
    expect(await api.auth.test()).toMatchObject({
      user_id: 'U0PARLEY',
      bot_id: 'B0PARLEY',
      team_id: 'T0ACME',
    })
    const ada = await api.users.info({ user: 'U0ADA' })
    expect(ada.user).toMatchObject({
      real_name: 'Ada',
      is_bot: false,
      profile: { email: 'ada@acme.example' },
    })
    expect((await api.users.info({ user: 'U0HAL' })).user).toMatchObject({ is_bot: true })
    expect((await api.conversations.open({ users: 'U0GRACE' })).channel?.id).toBe('D0GRACE')
    expect((await api.conversations.members({ channel: 'D0ADA' })).members).toEqual(['U0ADA', 'U0PARLEY'])
    expect((await api.users.conversations({})).channels?.map(({ name }) => name)).toEqual([
      'support',
      'eng',
      'lounge',
    ])
    expect((await api.conversations.info({ channel })).channel).toMatchObject({
      name: 'support',
      is_member: true,
    })
    expect((await api.bots.info({ bot: 'B0HAL' })).bot).toMatchObject({ name: 'Hal', user_id: 'U0HAL' })
    expect((await api.team.info({})).team).toMatchObject({ name: 'Acme' })
  })

  it('reacts once, and publishes a home', async () => {
    const { chat, api, slack } = await client()
    const { ts = '' } = await chat.postMessage({ channel, text: 'like me' })
    const like = () => api.reactions.add({ channel, timestamp: ts, name: 'thumbsup' })
    expect([await refusalOf(like()), await refusalOf(like())]).toEqual(['ok', 'already_reacted'])
    await api.views.publish({ user_id: 'U0ADA', view: { type: 'home', blocks: [{ type: 'divider' }] } })
    expect(slack.home('U0ADA')).toMatchObject({ type: 'home', blocks: [{ type: 'divider' }] })
  })
})

describe('who may call', () => {
  it.each([
    ['not_authed', ''],
    ['invalid_auth', 'xoxb-stranger'],
    ['not_allowed_token_type', 'xapp-practice-parley'],
    ['ok', 'xoxb-practice-parley'],
  ])('%s', async (outcome, token) => {
    const server = await standIn()
    const body = new URLSearchParams({ channel, text: 'hi', ...(token && { token }) })
    const response = await fetch(`${server.apiUrl}chat.postMessage`, { method: 'POST', body })
    expect(response.status).toBe(200)
    const said = (await response.json()) as { ok: boolean; error?: string }
    expect([said.ok, said.error ?? 'ok']).toEqual([outcome === 'ok', outcome])
  })

  it('an unknown method is said to be unknown, and JSON is read as well as forms', async () => {
    const server = await standIn()
    expect(await refusalOf(clientOf(server).apiCall('chat.sing'))).toBe('unknown_method')
    const response = await fetch(`${server.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-practice-parley' },
      body: JSON.stringify({ channel, text: 'hi', blocks: [{ type: 'divider' }] }),
    })
    expect(await response.json()).toMatchObject({
      ok: true,
      message: { text: 'hi', blocks: [{ type: 'divider' }] },
    })
  })
})
