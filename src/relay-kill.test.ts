import { describe, it } from 'vitest'
import { openDatabase } from './adapters/postgres/database.ts'
import { createStore } from './adapters/postgres/store.ts'
import { startTestPostgres } from './adapters/postgres/testing/databases.ts'
import type { Store } from './core/store.ts'
import type { Step } from './core/trail.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { parley } from './sandbox/cast.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { type KillPoint, type ParleyProcess, startProcess } from './testing/parley-process.ts'

/**
 * Somebody goes on with a thread from the web, and Parley is killed while it shows that there and answers it. What
 * counts is what people see: their message once, under its answer once.
 */

type Platform = 'slack' | 'discord'

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

async function living(
  live: (life: {
    house: Household
    store: Store
    start: (point?: KillPoint) => ParleyProcess
  }) => Promise<void>,
): Promise<void> {
  const postgres = await startTestPostgres()
  const house = await openHousehold({ databaseUrl: postgres.url, slack: { ackTimeoutMs: 500 } })
  const database = await openDatabase({ url: postgres.url }, { log: silentLog })
  const processes: ParleyProcess[] = []
  const start = (point?: KillPoint) => {
    const started = startProcess(house.env, point)
    processes.push(started)
    return started
  }
  try {
    await live({ house, store: createStore(database), start })
  } finally {
    for (const one of processes) one.kill('SIGKILL')
    await Promise.all(processes.map(one => one.ended))
    await database.close()
    await house.close()
    await postgres.drop()
  }
}

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
    it.for(points)(
      'is shown and answered once after a kill at %s, time %i',
      { timeout: 120_000 },
      async ([step, time], { expect }) => {
        await living(async ({ house, store, start }) => {
          const room = house[platform]
          house.sandbox.model.script({ text: 'At first.' })
          const first = start()
          await first.up
          const root = room.say('@Parley what is slow?')
          await expect.poll(() => room.texts(root), eventually).toEqual(['At first.'])
          first.kill('SIGTERM')
          await first.ended
          await writeOnTheWeb(store, house, platform, root)
          house.sandbox.model.script({ text: 'And now.' }, 10)
          expect(await start({ step, platform, time }).ended).toBe('SIGKILL')
          await start().up
          const whole = ['At first.', '**Grace** from the web:\n> and **now**?', 'And now.']
          await expect.poll(() => room.texts(root), eventually).toEqual(whole)
          // Another question is answered too, so nothing was left hanging; and all of it is still there once.
          const next = room.say('@Parley and what else?')
          await expect.poll(() => room.texts(next), eventually).toEqual(['And now.'])
          expect(room.texts(root)).toEqual(whole)
        })
      },
    )
  },
)
