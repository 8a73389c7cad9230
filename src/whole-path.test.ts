import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  await expect.poll(() => readiness(), { timeout: 15_000 }).toBe(200)
})
afterAll(async () => {
  await parley.stop()
  await house.close()
})

const readiness = async () => (await fetch(`${parley.url}/readyz`)).status
const reply = (text: string) => house.sandbox.model.script({ text })
const eventually = { timeout: 20_000 }

/** The texts of the last request to the model, envelopes and all. */
const lastPrompt = () => house.sandbox.model.requests.at(-1)?.messages.map(message => message.content).join('\n') ?? ''

describe.each(['slack', 'discord'] as const)('on %s', platform => {
  const room = (): Room => house[platform]

  it('a mention is answered in its thread, with exactly what the model said', async () => {
    reply('Two things changed: the *query* and the upload.')
    const question = room().say('@Parley what changed?')
    await expect.poll(() => room().texts(question), eventually).toEqual(['Two things changed: the *query* and the upload.'])
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
    room().say('I think it is the upload', root, room().grace)
    reply('Grace thinks it is the upload.')
    room().say('@Parley what does Grace think?', root)
    await expect.poll(() => room().texts(root), eventually).toEqual(['Yes.', 'Grace thinks it is the upload.'])
    expect(lastPrompt()).toContain('I think it is the upload')
    expect(lastPrompt()).toContain('from="Grace"')
  })

  it('asked deep in a thread, it has read what came before', async () => {
    const root = room().say('The nightly export is slow.')
    const thread = await house.threadOn(platform, root)
    room().say('It has three times the rows now.', thread, room().grace)
    reply('Because of the rows.')
    room().say('@Parley why?', thread)
    await expect.poll(() => room().texts(thread), eventually).toEqual(['Because of the rows.'])
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

  it('a model that fails before its first text is told calmly, without its own words', async () => {
    house.sandbox.model.script({ status: 401, message: 'Incorrect API key provided: sk-secret' } as never)
    const root = room().say('@Parley hello?')
    await expect.poll(() => room().texts(root).join(), eventually).toContain('The model refused my key')
    expect(room().texts(root).join()).not.toContain('sk-secret')
  })
})
