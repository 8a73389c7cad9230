import { describe, expect, it } from 'vitest'
import { createSandboxPage } from './page.ts'
import { createScriptedPlayer } from './testing/scripted-player.ts'
import { createTrail } from './trail.ts'
import type { View } from './wire.ts'

const ada = { slack: 'U0ADA', discord: '100000000000000001' } as const
const grace = { slack: 'U0GRACE', discord: '100000000000000002' } as const
const support = { slack: 'C0SUPPORT', discord: '200000000000000001' } as const

function openPage() {
  const slack = createScriptedPlayer({ platform: 'slack' })
  const discord = createScriptedPlayer({ platform: 'discord' })
  const trail = createTrail()
  const page = createSandboxPage({
    players: { slack, discord },
    trail,
    links: { connectSlack: 'https://example.com/docs?a="b"' },
  })
  const visit = (path: string, init: RequestInit & { readonly peer?: string } = {}) => {
    const { peer = '127.0.0.1', ...request } = init
    const headers = new Headers(request.headers)
    if (!headers.has('host')) headers.set('host', 'localhost:3000')
    const env = { incoming: { socket: { remoteAddress: peer } } }
    return page.request(`http://localhost:3000${path}`, { ...request, headers }, env)
  }
  const act = (body: unknown, headers: Record<string, string> = {}) =>
    visit('/sandbox/act', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', origin: 'http://localhost:3000', ...headers },
    })
  const view = async (query: string) => (await (await visit(`/sandbox/state?${query}`)).json()) as View
  return { slack, discord, trail, visit, act, view }
}

const say = { act: 'say', platform: 'slack', channelId: support.slack, personId: ada.slack, text: 'hello' }
const status = async (response: Response | Promise<Response>) => (await response).status

describe('who may open the sandbox', () => {
  it.each(['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])('a browser at %s may', async peer => {
    expect(await status(openPage().visit('/sandbox', { peer }))).toBe(200)
  })

  it.each(['10.0.0.7', '::ffff:192.168.1.5', '127.0.0.1.evil', ''])('one at “%s” may not', async peer => {
    expect(await status(openPage().visit('/sandbox', { peer }))).toBe(403)
  })

  it.each(['evil.example', 'localhost.evil.example:3000', '192.168.1.5:3000', '127.0.0.1@evil.example'])(
    'nor one that was led here by the name %s',
    async host => {
      const { visit } = openPage()
      for (const path of ['/sandbox', '/sandbox/state', '/sandbox/events', '/sandbox/assets/x/main.js'])
        expect(await status(visit(path, { headers: { host } }))).toBe(403)
    },
  )

  it('nor one behind a proxy on this machine', async () => {
    expect(await status(openPage().visit('/sandbox', { headers: { 'x-forwarded-for': '10.0.0.7' } }))).toBe(
      403,
    )
  })

  it('where the peer is unknown, nobody may', async () => {
    const page = createSandboxPage({ players: openPage(), trail: createTrail() })
    expect(await status(page.request('http://localhost/sandbox', { headers: { host: 'localhost' } }))).toBe(
      403,
    )
  })

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://localhost:4000' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/x-www-form-urlencoded' }],
  ])('another page’s order is refused: %o', async headers => {
    const { act, slack } = openPage()
    expect(await status(act(say, headers))).toBe(403)
    expect(slack.messages(support.slack)).toEqual([])
  })

  it('an order that does not say where it comes from is refused', async () => {
    const { visit } = openPage()
    const request = {
      method: 'POST',
      body: JSON.stringify(say),
      headers: { 'content-type': 'application/json' },
    }
    expect(await status(visit('/sandbox/act', request))).toBe(403)
  })
})

describe('the policy of the page', () => {
  it.each(['/sandbox', '/sandbox/state', '/sandbox/assets/nothing/here.js'])('stands on %s', async path => {
    const policy = (await openPage().visit(path)).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'")
    expect(policy).not.toContain('unsafe')
  })

  it('stands on a refusal, too', async () => {
    const refusal = await openPage().visit('/sandbox', { peer: '10.0.0.7' })
    expect(refusal.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await refusal.json()).toEqual({ error: expect.stringMatching(/^[^.]+\.$/) })
  })

  it('allows what the page is made of: no inline script, no inline style', async () => {
    const html = await (await openPage().visit('/sandbox')).text()
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
    expect(html).toContain('href="https://example.com/docs?a=&quot;b&quot;"')
  })

  it('every file the page names is there, and is kept by the browser', async () => {
    const { visit } = openPage()
    const html = await (await visit('/sandbox')).text()
    const paths = [...html.matchAll(/(?:href|src)="(\/sandbox\/assets\/[^"]+)"/g)].map(
      ([, path]) => path ?? '',
    )
    expect(paths.length).toBeGreaterThan(10)
    for (const path of paths) {
      const file = await visit(path)
      expect([path, file.status]).toEqual([path, 200])
      expect(file.headers.get('cache-control')).toContain('immutable')
      const again = await visit(path, { headers: { 'if-none-match': file.headers.get('etag') ?? '' } })
      expect([path, again.status]).toEqual([path, 304])
    }
  })

  it('files of the server are not among them', async () => {
    const { visit } = openPage()
    const html = await (await visit('/sandbox')).text()
    const folder = /\/sandbox\/assets\/[\w-]+/.exec(html)?.[0] ?? ''
    for (const name of ['page.ts', '..%2Fpage.ts', '%2e%2e/page.ts'])
      expect(await status(visit(`${folder}/${name}`))).toBe(404)
  })
})

describe('what a person does', () => {
  it('saying something gives the message’s id', async () => {
    const { act, slack } = openPage()
    const { messageId } = (await (await act(say)).json()) as { messageId: string }
    expect(slack.messages(support.slack).map(({ id, text }) => [id, text])).toEqual([[messageId, 'hello']])
  })

  it.each([
    ['no object', 'null'],
    ['no JSON', '{'],
    ['an unknown act', { ...say, act: 'shout' }],
    ['an unknown platform', { ...say, platform: 'irc' }],
    ['no text', { ...say, text: undefined }],
    ['an empty text', { ...say, text: ' \n' }],
    ['a text that is too long', { ...say, text: 'x'.repeat(40_001) }],
    ['a channel that does not exist', { ...say, channelId: 'C0NOWHERE' }],
    ['a person who does not exist', { ...say, personId: 'U0NOBODY' }],
    ['an id that is none', { ...say, threadId: '<b>' }],
    ['an id that is no text', { ...say, threadId: 7 }],
    ['somebody else’s direct messages', { ...say, channelId: 'D0GRACE' }],
    ['a message that does not exist', { ...say, act: 'edit', messageId: '1' }],
    [
      'a Stop that Discord does not have',
      {
        ...say,
        act: 'stop',
        platform: 'discord',
        channelId: support.discord,
        personId: ada.discord,
        threadId: '1',
      },
    ],
  ])('%s is refused with a sentence', async (_what, body) => {
    const { act, slack } = openPage()
    const response = await act(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: expect.stringMatching(/\.$/) })
    expect(slack.messages(support.slack)).toEqual([])
  })

  it('more than a message can hold is refused before it is read', async () => {
    expect(await status(openPage().act({ ...say, text: 'x'.repeat(300_000) }))).toBe(413)
  })
})

describe('what a person sees', () => {
  it('names in the address lead to the place', async () => {
    const { view } = openPage()
    expect((await view('on=discord&in=eng&as=grace')).sight).toEqual({
      platform: 'discord',
      channelId: '200000000000000002',
      personId: grace.discord,
    })
  })

  it('what does not exist becomes the first of its kind', async () => {
    const { view } = openPage()
    expect((await view('on=irc&in=nowhere&as=nobody')).sight).toEqual({
      platform: 'slack',
      channelId: support.slack,
      personId: ada.slack,
    })
  })

  it('only their own direct messages', async () => {
    const { view } = openPage()
    const directs = (await view('in=D0ADA&as=grace')).channels.filter(({ kind }) => kind === 'direct')
    expect(directs.map(({ personId }) => personId)).toEqual([grace.slack])
    expect((await view('in=D0ADA&as=grace')).sight.channelId).toBe(support.slack)
  })

  it('what is for somebody else alone is not sent', async () => {
    const { slack, view } = openPage()
    slack.command({ channelId: support.slack }, ada.slack, 'parley', 'help')
    expect((await view('as=ada')).channel.messages.map(({ onlyYou }) => onlyYou)).toEqual([true])
    expect((await view('as=grace')).channel.messages).toEqual([])
  })

  it('only their own messages can be edited, as they were typed', async () => {
    const { slack, view } = openPage()
    slack.say({ channelId: support.slack }, ada.slack, '@Grace look')
    expect((await view('as=ada')).channel.messages[0]?.typed).toBe('@Grace look')
    expect((await view('as=grace')).channel.messages[0]?.typed).toBeUndefined()
  })

  it('the trail of the open thread, and of no other', async () => {
    const { trail, view } = openPage()
    const place = { platform: 'slack', channelId: support.slack } as const
    trail.push({ place: { ...place, threadId: '1' }, atMs: 1, kind: 'turn.begun', text: 'turn running' })
    trail.push({ place: { ...place, threadId: '2' }, atMs: 2, kind: 'turn.begun', text: 'another' })
    expect((await view('thread=1')).trail).toEqual([{ atMs: 1, kind: 'turn.begun', text: 'turn running' }])
    expect((await view('')).trail).toEqual([])
  })
})

describe('the stream of changes', () => {
  it('begins with everything, then tells only what changed', async () => {
    const { visit, slack } = openPage()
    const first = slack.say({ channelId: support.slack }, ada.slack, 'one')
    const gone = new AbortController()
    const events = readEvents(await visit('/sandbox/events?in=support', { signal: gone.signal }))
    const whole = await events.next()
    expect(whole.value?.event).toBe('view')
    const second = slack.say({ channelId: support.slack }, grace.slack, 'two')
    const change = await events.next()
    expect(change.value?.event).toBe('patch')
    expect(change.value?.data).toMatchObject({
      channel: { order: [first.messageId, second.messageId], changed: [{ id: second.messageId }] },
    })
    await events.return(undefined)
  })
})

interface Told {
  readonly event: string
  readonly data: unknown
}

async function* readEvents(response: Response): AsyncGenerator<Told, undefined, undefined> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event = '', data = 'null'] = /^event: (\w+)\ndata: (.*)$/m.exec(text.slice(0, end)) ?? []
      text = text.slice(end + 2)
      if (event) yield { event, data: JSON.parse(data) }
    }
  }
  return undefined
}
