import { afterAll, beforeAll, describe, it } from 'vitest'
import { steps } from './core/trail.ts'
import { type Life, openLife } from './testing/life.ts'

/**
 * Parley is killed at each step a message passes, and started again. What counts is what people see: exactly one
 * complete answer, whatever the step, the platform and the engine. Who takes over is the next to be killed.
 */

type Platform = 'slack' | 'discord'

/** Nothing waits here, for the answer is short; and Discord asks for no acknowledgement. */
const reached = (platform: Platform) =>
  steps.filter(step => step !== 'part.waited' && (platform === 'slack' || step !== 'inbound.acknowledged'))

const answer = 'The upload is slow, because each part starts from zero.'
const eventually = { timeout: 40_000, interval: 100 }

/** Each step on either engine and on either platform; the fourth pair would tell nothing that these do not. */
const lives = [
  ['embedded', 'slack'],
  ['PostgreSQL', 'slack'],
  ['PostgreSQL', 'discord'],
] as const

describe.concurrent.each(lives)('on the %s engine, a question on %s', (engine, platform) => {
  let life: Life
  beforeAll(async () => {
    life = await openLife({ engine, slack: { ackTimeoutMs: 500 } })
  })
  afterAll(() => life.end())

  it.for(reached(platform))(
    'survives a kill at %s',
    { timeout: 120_000, concurrent: false },
    async (step, { expect }) => {
      const { house, parley, killedAt } = life
      const room = house[platform]
      house.sandbox.model.script({ text: answer }, 10)
      let root = ''
      expect(
        await killedAt({ step, platform }, () => {
          root = room.say('@Parley what is slow?')
        }),
      ).toBe('SIGKILL')
      await parley()
      await expect.poll(() => room.texts(root), eventually).toEqual([answer])
      // Another question is answered too, so nothing was left hanging; and the first answer is still one.
      const next = room.say('@Parley and what else?')
      await expect.poll(() => room.texts(next), eventually).toEqual([answer])
      expect(room.texts(root)).toEqual([answer])
    },
  )
})
