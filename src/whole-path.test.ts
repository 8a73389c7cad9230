import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLog } from './adapters/pino/log.ts'
import { readConfig } from './config.ts'
import { type Parley, startParley } from './parley.ts'
import { type Household, openHousehold, type Room } from './testing/household.ts'

/** The real SDKs, the real database, the real engine; only Slack, Discord and the model are stand-ins. */

let house: Household
let parley: Parley
const lines: string[] = []

beforeAll(async () => {
  house = await openHousehold()
  const log = createLog({ level: 'info', pretty: false, secrets: [], write: line => lines.push(line) })
  parley = await startParley(readConfig(house.env), { log })
  await vi.waitUntil(async () => (await readiness()) === 200, { timeout: 15_000, interval: 50 })
})
afterAll(async () => {
  await parley.stop()
  await house.close()
})

const readiness = async () => (await fetch(`${parley.url}/readyz`)).status
const reply = (text: string) => house.sandbox.model.script({ text })
const stored = (line: RegExp) => lines.map(text => JSON.parse(text)).filter(entry => line.test(entry.msg))
/** Messages that a Turn was accepted for; the second of Slack's two events for a mention has none. */
const taken = () =>
  stored(/message received/).filter(entry => entry.decision === 'answered' && entry.turnId !== undefined)
    .length
/** Says something and waits until Parley has taken it in: two sockets may bring what is said at once in any order. */
async function heard(say: () => string): Promise<string> {
  const before = stored(/message received/).length
  const id = say()
  await expect.poll(() => stored(/message received/).length, eventually).toBeGreaterThan(before)
  return id
}

const eventually = { timeout: 20_000 }

/** The texts of the last request to the model, envelopes and all. */
const lastPrompt = () =>
  house.sandbox.model.requests
    .at(-1)
    ?.messages.map(message => message.content)
    .join('\n') ?? ''

describe.each(['slack', 'discord'] as const)('on %s', platform => {
  const room = (): Room => house[platform]

  it('a mention is answered in its thread, with exactly what the model said', async () => {
    reply('Two things changed: the query and the upload.')
    const question = room().say('@Parley what changed?')
    await expect
      .poll(() => room().texts(question), eventually)
      .toEqual(['Two things changed: the query and the upload.'])
  })

  it('a follow-up is answered from the whole thread, without another mention', async () => {
    reply('Hello Ada.')
    const root = room().say('@Parley my cat is called Schrödinger')
    await expect.poll(() => room().texts(root), eventually).toHaveLength(1)
    reply('Schrödinger.')
    room().say('what is my cat called?', root)
    await expect.poll(() => room().texts(root), eventually).toEqual(['Hello Ada.', 'Schrödinger.'])
    expect(lastPrompt()).toContain('my cat is called Schrödinger')
    expect(lastPrompt()).toContain('Hello Ada.')
    expect(lastPrompt()).toContain('from="Ada"')
  })

  it('once a second person speaks, a mention is needed; what was said is known all the same', async () => {
    reply('Yes.')
    const root = room().say('@Parley are you there?')
    await expect.poll(() => room().texts(root), eventually).toHaveLength(1)
    await heard(() => room().say('I think it is the upload', root, room().grace))
    reply('Grace thinks it is the upload.')
    room().say('@Parley what does Grace think?', root)
    await expect
      .poll(() => room().texts(root), eventually)
      .toEqual(['Yes.', 'Grace thinks it is the upload.'])
    expect(lastPrompt()).toContain('I think it is the upload')
    expect(lastPrompt()).toContain('from="Grace"')
  })

  it('asked deep in a thread, it has read what came before', async () => {
    const root = await heard(() => room().say('The nightly export is slow.'))
    await heard(() => room().say('It has three times the rows now.', root, room().grace))
    reply('Because of the rows.')
    room().say('@Parley why?', root)
    await expect.poll(() => room().texts(root), eventually).toEqual(['Because of the rows.'])
    expect(lastPrompt()).toContain('three times the rows')
    expect(lastPrompt()).toContain('The nightly export is slow.')
  })

  it('15,000 characters arrive whole and in order', async () => {
    const words = Array.from({ length: 2_400 }, (_, index) => `word${index}`).join(' ')
    reply(words)
    const root = room().say('@Parley everything, please')
    await expect
      .poll(() => room().texts(root).join(' ').split(/\s+/), { timeout: 60_000 })
      .toEqual(words.split(' '))
  }, 70_000)

  it('an edited question is answered anew, in the same message', async () => {
    reply('It is Tuesday.')
    const root = room().say('@Parley what day is it?')
    await expect.poll(() => room().texts(root), eventually).toEqual(['It is Tuesday.'])
    const [before] = room().answers(root)
    reply('It is November.')
    room().player.edit(room().support, root, room().ada, '@Parley what month is it?')
    await expect.poll(() => room().texts(root), eventually).toEqual(['It is November.'])
    expect(room().answers(root)[0]?.id).toBe(before?.id)
  })

  it('a model that refuses is told calmly, without its own words', async () => {
    house.sandbox.model.script({
      refuse: { status: 401, error: { message: 'Incorrect API key provided: sk-secret' } },
    })
    const root = room().say('@Parley hello?')
    await expect.poll(() => room().texts(root).join(), eventually).toContain('The model refused my key')
    expect(room().texts(root).join()).not.toContain('sk-secret')
  })

  it('a model that breaks off in mid-answer: what was written stays, and the failure is added', async () => {
    house.sandbox.model.script({
      chunks: ['The first ', 'half', ' is lost'],
      break: { beforeChunk: 2, how: 'cut' },
    })
    const root = room().say('@Parley tell me')
    await expect.poll(() => room().texts(root).join(), eventually).toMatch(/^The first half[\s\S]+ask again/)
  })

  it('a model that is overloaded for a moment is asked again, and the answer comes', async () => {
    house.sandbox.model.script({ refuse: { status: 503, error: { message: 'overloaded' } } })
    reply('Here I am.')
    const root = room().say('@Parley hello?')
    await expect.poll(() => room().texts(root), eventually).toEqual(['Here I am.'])
  })

  it('one waits while another is answered: the same person’s are answered together, in order', async () => {
    house.sandbox.model.script({ chunks: ['First', ' done.'], holdBeforeChunk: 1 })
    const root = room().say('@Parley one')
    await expect
      .poll(() => house.sandbox.model.requests.at(-1)?.messages.at(-1)?.content ?? '', eventually)
      .toContain('one')
    const before = taken()
    room().say('@Parley two', root)
    room().say('@Parley three', root)
    await expect.poll(taken, eventually).toBe(before + 2)
    reply('Both done.')
    house.sandbox.model.release()
    await expect.poll(() => room().texts(root), eventually).toEqual(['First done.', 'Both done.'])
    expect(lastPrompt()).toMatch(/two[\s\S]*three/)
  })

  it('Stop keeps what was written and says so', async () => {
    house.sandbox.model.script({ chunks: ['One two', ' three', ' four'], holdBeforeChunk: 2 })
    const root = room().say('@Parley count')
    await expect.poll(() => room().texts(root).join(), eventually).toContain('One two')
    room().stop(root)
    await expect
      .poll(() => room().texts(root).join(), eventually)
      .toMatch(/^One two( three)?\s+[\s\S]*Stopped/)
    house.sandbox.model.release()
  })

  it('a deleted question stops its answer and is forgotten', async () => {
    house.sandbox.model.script({ chunks: ['I see', ' that'], holdBeforeChunk: 1 })
    const root = room().say('@Parley my password is hunter2, is it good?')
    await expect.poll(() => room().texts(root).join(), eventually).toContain('I see')
    room().player.remove(room().support, root, room().ada)
    await expect.poll(() => room().texts(root).join(), eventually).toContain('the question was deleted')
    house.sandbox.model.release()
  })

  it('why and help are answered to the person alone', async () => {
    const passedOver = () => stored(/message received/).filter(entry => entry.reason === 'not_joined').length
    const before = passedOver()
    const root = room().say('just talking')
    await expect.poll(passedOver, eventually).toBeGreaterThan(before)
    const [command, why] = platform === 'slack' ? ['parley', 'why'] : ['why', '']
    room().player.command({ channelId: room().support }, room().ada, command, why)
    await expect
      .poll(
        () =>
          room()
            .player.messages(room().support)
            .filter(message => message.onlyFor === room().ada)
            .map(message => message.text)
            .join(),
        eventually,
      )
      .toContain('I kept quiet')
    expect(room().texts(root)).toEqual([])
  })

  it('ask opens a thread for its question', async () => {
    reply('Forty-two.')
    const [command, text] =
      platform === 'slack' ? ['parley', 'ask what is the answer?'] : ['ask', 'what is the answer?']
    room().player.command({ channelId: room().support }, room().ada, command, text)
    const anchor = () =>
      room()
        .player.messages(room().support)
        .find(message => message.text.includes('what is the answer?'))
    await expect.poll(() => anchor()?.text, eventually).toContain('Ada asked')
    await expect
      .poll(
        () =>
          room()
            .texts(anchor()?.id ?? '')
            .at(-1),
        eventually,
      )
      .toBe('Forty-two.')
  })
})

describe('Slack’s two events of one mention', () => {
  it.each(['message-first', 'mention-first'] as const)('%s: one answer', async order => {
    house.sandbox.slack.setMentionOrder(order)
    reply('Once.')
    const root = house.slack.say('@Parley hello')
    await expect.poll(() => house.slack.texts(root), eventually).toEqual(['Once.'])
    const events = () => house.sandbox.slack.deliveries.length
    expect(events()).toBeGreaterThan(0)
    expect(house.slack.texts(root)).toEqual(['Once.'])
  })
})

describe('the log', () => {
  it('counts turns by platform and outcome, and what their time went into, for Prometheus', async () => {
    const text = await (await fetch(`${parley.url}/metrics`)).text()
    for (const platform of ['slack', 'discord']) {
      expect(text).toMatch(new RegExp(`parley_turns_total\\{platform="${platform}",outcome="done"\\} [1-9]`))
      expect(text).toMatch(
        new RegExp(`stage_seconds_count\\{stage="first_part",platform="${platform}"\\} [1-9]`),
      )
      expect(text).toContain(`parley_gateway_up{platform="${platform}"} 1`)
    }
    expect(text).toContain('parley_database_up 1')
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
    expect(text).not.toMatch(/Ada|Grace|T0|what changed/)
  })

  it('tells of each turn with its dialogue, platform and timing, and of no text', () => {
    const ended = stored(/turn ended/)
    expect(ended.length).toBeGreaterThan(10)
    for (const line of ended) {
      expect(line).toMatchObject({
        turnId: expect.any(String),
        dialogueId: expect.any(String),
        durationMs: expect.any(Number),
      })
    }
    expect(lines.join('')).not.toMatch(/hunter2|Schrödinger/)
  })
})
