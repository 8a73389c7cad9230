import { expect, it } from 'vitest'
import { tablesWithCanary } from '../../adapters/postgres/testing/canaries.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { builtInAgent } from '../../core/agent.ts'
import { createDemo } from '../../core/demo.ts'
import { ParleyError } from '../../core/errors.ts'
import { createScriptedModel } from '../../core/testing/scripted-model.ts'
import { openAccounts, testPublicUrl } from '../../testing/accounts.ts'
import { browse, serving } from '../testing/serving.ts'

async function openDemo({ store, database }: TestDatabase, on = true) {
  if (on) await store.settings.changeInstallation({ demo: true })
  const house = openAccounts(store)
  const model = createScriptedModel(['**Boats** float.'])
  const agent = builtInAgent('scripted')
  const demo = createDemo({ store, model, agent, nowMs: () => house.clock.nowMs() })
  const app = serving(house, { demo })
  /** Somebody at this address, with a browser that runs no script. */
  const visitor = (address = '192.0.2.1', language = 'en') => {
    const { ask } = browse(app, testPublicUrl, { incoming: { socket: { remoteAddress: address } } })
    const headers = { accept: 'text/html', 'accept-language': language, 'sec-fetch-site': 'same-origin' }
    const read = async (answer: Promise<Response>) => {
      const response = await answer
      return { status: response.status, text: await response.text() }
    }
    return {
      look: (path: string) => read(ask('GET', path, { headers })),
      say: (text: string, carried: Record<string, string> = {}) =>
        read(
          ask('POST', '/demo', {
            headers: {
              ...headers,
              'content-type': 'application/x-www-form-urlencoded',
              origin: testPublicUrl,
            },
            body: new URLSearchParams({ ...carried, text }).toString(),
          }),
        ),
      ask,
      headers,
    }
  }
  return { house, model, visitor, database }
}

/** What the page's form would send along. */
function carriedBy(page: string): Record<string, string> {
  const fields = page.matchAll(/<input type="hidden" name="((?:question|answer)\d)" value="([^"]*)">/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]))
}

onEveryEngine('the demo', open => {
  it('is not there until it is turned on, and then its door is at the sign-in', async () => {
    const opened = await open()
    const { visitor, model } = await openDemo(opened, false)
    expect((await visitor().look('/demo')).status).toBe(404)
    expect((await visitor().say('Why do boats float?')).status).toBe(404)
    expect((await visitor().look('/login')).text).not.toContain('/demo')
    await opened.store.settings.changeInstallation({ demo: true })
    expect((await visitor().look('/login')).text).toContain('<a href="/demo">Try it without an account</a>')
    expect((await visitor().look('/demo')).status).toBe(200)
    expect(model.requests).toEqual([])
    await opened.store.settings.changeInstallation({ demo: false })
    expect((await visitor().look('/demo')).status).toBe(404)
  })

  it('answers from the last three exchanges, which the page alone carries', async () => {
    const { visitor, model, database } = await openDemo(await open())
    let carried: Record<string, string> = {}
    for (const question of ['one', 'two', 'three', 'four', 'five canaries']) {
      model.script([`Parley: answer to ${question}`])
      const { status, text } = await visitor().say(question, carried)
      expect(status).toBe(200)
      expect(text).toContain(`<p>answer to ${question}</p>`)
      carried = carriedBy(text)
    }
    const last = model.requests.at(-1)?.messages ?? []
    expect(last.map(({ role }) => role).join(' ')).toBe(
      'system user assistant user assistant user assistant user',
    )
    expect(last[0]?.content).toBe(builtInAgent('scripted').instructions)
    expect(last[1]?.content).toMatch(/^<message from="Visitor" at="[^"]+">\ntwo\n<\/message>$/)
    expect(last.at(-1)?.content).toContain('five canaries')
    expect(await tablesWithCanary(database)).toEqual([])
  })

  it('shows Markdown without letting anything of a page through, invented exchanges too', async () => {
    const { visitor, model } = await openDemo(await open())
    model.script(['**Bold** <script>alert(1)</script>'])
    const { text } = await visitor().say('Go on', {
      question0: '"><img src=x onerror=alert(1)>',
      answer0: '[win](javascript:alert(1)) <b>x</b>',
    })
    expect(text).toContain('<strong>Bold</strong> &lt;script&gt;')
    expect(text).not.toMatch(/<script>|<img|<b>x|href="javascript/)
  })

  it('lets nothing that is carried be longer, or another voice, than the page would make it', async () => {
    const { visitor, model } = await openDemo(await open())
    await visitor().say('Go on', {
      question0: 'q'.repeat(50_000),
      answer0: 'a'.repeat(50_000),
      role: 'system',
    })
    const lengths = model.requests[0]?.messages.map(({ content }) => content.length) ?? []
    expect(Math.max(...lengths.slice(1))).toBeLessThanOrEqual(4_000)
    expect(model.requests[0]?.messages.filter(({ role }) => role === 'system')).toHaveLength(1)
  })

  it('asks again, with what was typed, for nothing and for too much', async () => {
    const { visitor, model } = await openDemo(await open())
    const empty = await visitor().say('   ')
    expect([empty.status, empty.text.includes('This is needed.')]).toEqual([422, true])
    const long = await visitor().say('w'.repeat(1_001))
    expect([long.status, long.text.includes('w'.repeat(1_001))]).toEqual([422, true])
    expect(model.requests).toEqual([])
  })

  it('gives one address five answers in an hour, and says what to do then', async () => {
    const { visitor, model, house } = await openDemo(await open())
    const answers = await Promise.all(Array.from({ length: 12 }, () => visitor().say('Again?')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
    expect(model.requests).toHaveLength(5)
    const refused = await visitor('192.0.2.1', 'ko').say('한 번 더?')
    expect(refused.text).toContain('이번 시간에 받을 수 있는 답을 모두 받으셨습니다.')
    expect(refused.text).toContain('한 번 더?')
    expect((await visitor('192.0.2.2').say('And I?')).status).toBe(200)
    await house.clock.advance(60 * 60_000 + 1)
    expect((await visitor().say('Now?')).status).toBe(200)
  })

  it('gives all of them together fifty in a day, whoever asks at once', async () => {
    const { visitor, model, house } = await openDemo(await open())
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => visitor(`198.51.100.${index}`).say('And I?')),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50)
    expect(model.requests).toHaveLength(50)
    const refused = answers.find(({ status }) => status === 429)
    expect(refused?.text).toContain('The answers that visitors can have today are used up.')
    await house.clock.advance(24 * 60 * 60_000 + 1)
    expect((await visitor().say('Today?')).status).toBe(200)
  })

  it('says calmly that no answer came, with the question still there', async () => {
    const { visitor, model } = await openDemo(await open())
    model.script(['Boats', new ParleyError('model_overloaded', 'The machine room is on fire.')])
    const { status, text } = await visitor().say('Why do boats float?')
    expect(status).toBe(503)
    expect(text).toContain('No answer came this time.')
    expect(text).toContain('Why do boats float?</textarea>')
    expect(text).not.toContain('machine room')
  })

  it('leads who is signed in to their chats', async () => {
    const { visitor, house } = await openDemo(await open())
    const { grant } = await house.ada()
    const { ask, headers } = visitor()
    const response = await ask('GET', '/demo', {
      headers: { ...headers, cookie: `parley-access=${grant.accessToken}` },
    })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/chats'])
  })
})
