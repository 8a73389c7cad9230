import { describe, expect, it } from 'vitest'
import type { Round } from './act.ts'
import { createMind } from './model-mind.ts'
import { readOptions } from './options.ts'
import { scheduleOf } from './schedule.ts'

const round: Round = { seed: 7, turns: 120, kills: 9, processes: 3, engine: 'postgres' }

describe('a schedule', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(scheduleOf(round)).toEqual(scheduleOf(round))
    expect(scheduleOf({ ...round, seed: 8 })).not.toEqual(scheduleOf(round))
  })

  it('asks and kills as often as it was told', () => {
    const acts = scheduleOf(round)
    expect(acts.filter(act => act.do === 'say').map(act => act.question)).toEqual(
      Array.from({ length: 120 }, (_, at) => at),
    )
    expect(acts.filter(act => act.do === 'kill')).toHaveLength(9)
  })

  it('has everything in it that can go wrong', () => {
    const done = new Set(scheduleOf({ ...round, turns: 2_000, kills: 100 }).map(act => act.do))
    expect([...done].toSorted()).toEqual(
      [
        'clock',
        'database',
        'disturb',
        'duplicate',
        'edit',
        'fault',
        'freeze',
        'kill',
        'leave',
        'order',
        'remove',
        'say',
        'stop',
      ].toSorted(),
    )
  })

  it('leaves an embedded database alone: it is in the process that is killed', () => {
    const acts = scheduleOf({ ...round, engine: 'embedded', turns: 1_000 })
    expect(acts.filter(act => act.do === 'database')).toEqual([])
  })
})

describe('the model of a round', () => {
  const ask = (content: string) => [{ role: 'user', content }]

  it('answers by the seed, whatever else it was asked before', () => {
    const [one, other] = [createMind(3, 0), createMind(3, 0)]
    other.reply(ask('q1v0'))
    expect(other.reply(ask('q2v0'))?.text).toBe(one.reply(ask('q2v0'))?.text)
  })

  it('begins and ends each answer with what was asked last', () => {
    const replies = Array.from({ length: 50 }, (_, at) => createMind(3, 0).reply(ask(`q1v0 and q${at}v1`)))
    const texts = replies.map((reply, at) => reply?.text?.replaceAll(`q${at}v1`, 'itself'))
    expect(
      texts.filter(text => text !== undefined && !/^Answer itself: .+ End itself\.$/.test(text)),
    ).toEqual([])
    expect(texts.filter(text => text !== undefined).length).toBeGreaterThan(30)
    expect(replies.some(reply => reply?.refuse)).toBe(true)
    expect(replies.some(reply => reply?.break)).toBe(true)
  })
})

describe('the command line', () => {
  it('makes rounds of following seeds', () => {
    const { rounds } = readOptions(['--seed', '5', '--rounds', '3', '--turns', '10', '--kills', '1'])
    expect(rounds.map(({ seed }) => seed)).toEqual([5, 6, 7])
  })

  it.each([
    [['--engine', 'mysql'], 'embedded or postgres'],
    [['--processes', '2'], 'one process’s alone'],
    [['--turns', 'many'], 'whole number'],
  ])('refuses %j', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence)
  })
})
