import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Database, openDatabase } from './adapters/postgres/database.ts'
import { createStore } from './adapters/postgres/store.ts'
import type { Store } from './core/store.ts'
import type { Step } from './core/trail.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { parley } from './sandbox/cast.ts'
import type { Household } from './testing/household.ts'
import { type Life, openLife } from './testing/life.ts'

/**
 * Somebody goes on with a thread from the web, and Parley is killed while it shows that there and answers it. What
 * counts is what people see: their message once, under its answer once.
 */

type Platform = 'slack' | 'discord'

const answer = 'Twice a day, with the moon.'
const eventually = { timeout: 40_000, interval: 100 }

/** The first of each is the relayed message's, the second the answer's. */
const points: readonly (readonly [step: Step, time: number])[] = [
  ['turn.begun', 1],
  ['part.planned', 1],
  ['part.posted', 1],
  ['model.called', 1],
  ['part.planned', 2],
  ['part.posted', 2],
  ['turn.delivering', 1],
]

/** What the web does with a message that is written in a thread of a platform. */
async function writeOnTheWeb(
  store: Store,
  house: Household,
  platform: Platform,
  root: string,
): Promise<void> {
  const { support: channelId, grace: userId } = house[platform]
  const [workspaceId, realm] =
    platform === 'slack' ? [parley.slack.teamId, parley.slack.teamId] : [parley.discord.guildId, 'discord']
  const dialogue = await store.dialogues.find({ platform, workspaceId, channelId, threadId: root })
  if (!dialogue) throw new Error('There is no dialogue.')
  await store.atomically(async stores => {
    const author = { platform, realm, userId, name: 'Grace' }
    const message = await stores.messages.append({
      dialogueId: dialogue.id,
      author,
      ref: 'web:1',
      text: 'and **now**?',
      files: [],
      sentAtMs: Date.now(),
      fromWeb: true,
    })
    const asker = await stores.identities.meet(author)
    await stores.turns.accept({
      dialogueId: dialogue.id,
      messageIds: message ? [message.id] : [],
      askerId: asker.id,
      atMs: Date.now(),
    })
  })
}

describe.concurrent.each(['slack', 'discord'] as const)(
  'a message from the web, in a thread of %s',
  platform => {
    let life: Life
    let database: Database
    beforeAll(async () => {
      life = await openLife({ engine: 'PostgreSQL', slack: { ackTimeoutMs: 500 } })
      database = await openDatabase({ url: life.databaseUrl }, { log: silentLog })
    })
    afterAll(async () => {
      await database.close()
      await life.end()
    })

    it.for(points)(
      'is shown and answered once after a kill at %s, time %i',
      { timeout: 120_000, concurrent: false },
      async ([step, time], { expect }) => {
        const { house, parley, killedAt } = life
        const room = house[platform]
        await parley()
        house.sandbox.model.script({ text: answer }, 10)
        const root = room.say('@Parley what is slow?')
        await expect.poll(() => room.texts(root), eventually).toEqual([answer])
        const write = () => writeOnTheWeb(createStore(database), house, platform, root)
        expect(await killedAt({ step, platform, time }, write)).toBe('SIGKILL')
        await parley()
        const whole = [answer, '**Grace** from the web:\n> and **now**?', answer]
        await expect.poll(() => room.texts(root), eventually).toEqual(whole)
        // Another question is answered too, so nothing was left hanging; and all of it is still there once.
        const next = room.say('@Parley and what else?')
        await expect.poll(() => room.texts(next), eventually).toEqual([answer])
        expect(room.texts(root)).toEqual(whole)
      },
    )
  },
)
