import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from './adapters/postgres/database.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { createStore } from './adapters/postgres/store.ts'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { channels, parley as account } from './sandbox/cast.ts'
import { type Household, openHousehold, type Room } from './testing/household.ts'

/** The real SDKs, the real database, the real engine; only Slack, Discord and the model are stand-ins. */

const workspaces = {
  slack: { platform: 'slack', workspaceId: account.slack.teamId },
  discord: { platform: 'discord', workspaceId: account.discord.guildId },
} as const
const guestRole = '500000000000000001'
const eventually = { timeout: 20_000 }

let house: Household
let parley: Parley

const eng = { slack: channels[1]?.slackId ?? '', discord: channels[1]?.discordId ?? '' }

/** On Slack guests may not ask, on Discord nobody of one role; #eng is answered in itself. */
beforeAll(async () => {
  house = await openHousehold()
  const database = await openDatabase({ dataDir: house.env['DATA_DIR'] ?? '' }, { log: silentLog })
  await migrate(database)
  const { policies } = createStore(database)
  const out = (role: string) => [{ effect: 'deny', who: { kind: 'role', role } }] as const
  const moderation = { words: ['Falcon'], checks: 'both' } as const
  await policies.set({ workspace: workspaces.slack }, { access: out('slack:guest'), moderation })
  await policies.set({ workspace: workspaces.discord }, { access: out(`discord:${guestRole}`), moderation })
  for (const platform of ['slack', 'discord'] as const) {
    const scope = { workspace: workspaces[platform], channelId: eng[platform] }
    await policies.set(scope, { answersIn: 'place' })
  }
  await database.close()
  house.sandbox.slack.restrict(house.slack.grace)
  house.sandbox.discord.setRoles(house.discord.grace, [guestRole])
  parley = await startParley(readConfig(house.env), { log: silentLog })
  await vi.waitUntil(async () => (await fetch(`${parley.url}/readyz`)).status === 200, {
    timeout: 15_000,
    interval: 50,
  })
}, 90_000)
afterAll(async () => {
  await parley.stop()
  await house.close()
})

/** What Parley said to this person alone, or in their direct messages. */
const toldAlone = ({ player, support, platform }: Room, personId: string, threadId?: string) => {
  const { channels } = player.view()
  const direct = channels.find(channel => channel.personId === personId)?.id ?? ''
  const whispered = channels
    .filter(({ kind }) => kind === 'channel')
    .flatMap(({ id }) => player.messages(id).filter(({ onlyFor }) => onlyFor === personId))
  const inThread = threadId !== undefined && platform === 'slack' ? player.messages(support, threadId) : []
  const alone = [...whispered, ...inThread.filter(({ onlyFor }) => onlyFor === personId)]
  return [...alone, ...player.messages(direct)].map(({ text }) => text)
}

describe.each(['slack', 'discord'] as const)('on %s', platform => {
  const room = (): Room => house[platform]

  it('who is of no denied role is answered', async () => {
    house.sandbox.model.script({ text: 'Hello Ada.' })
    const root = room().say('@Parley hello?')
    await expect.poll(() => room().texts(root), eventually).toEqual(['Hello Ada.'])
  })

  it('who is of a denied role is told alone and once, no model is asked, and /why says it', async () => {
    const { grace, player, support } = room()
    const asked = house.sandbox.model.requests.length
    const root = room().say('@Parley and me?', undefined, grace)
    await expect
      .poll(() => toldAlone(room(), grace).join('\n'), eventually)
      .toContain('have not opened this channel to you')
    expect(room().texts(root)).toEqual([])
    room().say('@Parley please?', undefined, grace)
    const [command, text] = platform === 'slack' ? ['parley', 'why'] : ['why', '']
    // Where roles have to be asked for, the word comes only a moment after the question.
    const why = () => {
      player.command({ channelId: support }, grace, command, text)
      return toldAlone(room(), grace).join('\n')
    }
    await expect.poll(why, { ...eventually, interval: 500 }).toContain('I did not answer because my admins')
    const refusals = toldAlone(room(), grace).filter(said => said.includes('if you need me here'))
    expect(refusals).toHaveLength(1)
    expect(house.sandbox.model.requests).toHaveLength(asked)
  })

  it('a word of the list is not answered, and an answer with one is not shown', async () => {
    const { ada } = room()
    const refused = room().say('@Parley how fast is a falcon?')
    await expect
      .poll(() => toldAlone(room(), ada).join('\n'), eventually)
      .toContain('“Falcon” is not allowed here')
    expect(room().texts(refused)).toEqual([])
    house.sandbox.model.script({ text: 'The fastest bird is the falcon.' })
    const root = room().say('@Parley which bird is fastest?')
    await expect.poll(() => room().texts(root).join(), eventually).toContain('did not pass')
    expect(room().texts(root).join()).not.toContain('falcon')
  })

  it('a channel that is answered in itself gets no threads, and its next question knows what was said', async () => {
    const { ada, player } = room()
    const channelId = eng[platform]
    const inChannel = () =>
      player.messages(channelId).filter(({ author, status }) => author.name === 'Parley' && !status)
    house.sandbox.model.script({ chunks: ['A heron', ' is grey.'] })
    const { messageId } = player.say({ channelId }, ada, '@Parley what colour is a heron?')
    await expect.poll(() => inChannel().map(({ text }) => text), eventually).toEqual(['A heron is grey.'])
    expect(player.messages(channelId).find(({ id }) => id === messageId)?.replies).toBeUndefined()
    house.sandbox.model.script({ text: 'White.' })
    player.say({ channelId }, ada, '@Parley and an egret?')
    await expect.poll(() => inChannel().at(-1)?.text, eventually).toBe('White.')
    const prompt = house.sandbox.model.requests.at(-1)?.messages.map(({ content }) => content) ?? []
    expect(prompt.join('\n')).toContain('A heron is grey.')
  })

  it('a thread that was told to be quiet is, until it is told to speak', async () => {
    const { ada } = room()
    house.sandbox.model.script({ text: 'Here.' })
    const root = room().say('@Parley are you there?')
    await expect.poll(() => room().texts(root), eventually).toEqual(['Here.'])
    room().say('@Parley quiet', root)
    await expect.poll(() => toldAlone(room(), ada, root).join('\n'), eventually).toContain('I keep quiet in')
    room().say('nothing for you', root)
    room().say('@Parley speak', root)
    await expect.poll(() => toldAlone(room(), ada, root).join('\n'), eventually).toContain('as usual again')
    house.sandbox.model.script({ text: 'Gladly.' })
    room().say('go on then', root)
    const forAll = () =>
      room()
        .answers(root)
        .filter(({ onlyFor }) => onlyFor === undefined)
    await expect.poll(() => forAll().map(({ text }) => text), eventually).toEqual(['Here.', 'Gladly.'])
  })
})
