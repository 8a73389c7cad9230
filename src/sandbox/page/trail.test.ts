import { expect, it } from 'vitest'
import { createTrail, type TrailEntry } from './trail.ts'

const entry = (text: string, threadId = 't1', channelId = 'c1'): TrailEntry => ({
  place: { platform: 'slack', channelId, threadId },
  atMs: 0,
  text,
  kind: 'turn',
})

it('a thread’s trail has its own entries, a channel’s those of all its threads', () => {
  const trail = createTrail()
  for (const one of [entry('a'), entry('b', 't2'), entry('c', 't1', 'c2')]) trail.push(one)
  expect(trail.recent('slack', 'c1', 't1').map(({ text }) => text)).toEqual(['a'])
  expect(trail.recent('slack', 'c1').map(({ text }) => text)).toEqual(['a', 'b'])
  expect(trail.recent('discord', 'c1')).toEqual([])
})

it('the oldest entries are forgotten', () => {
  const trail = createTrail(2)
  for (const text of ['a', 'b', 'c']) trail.push(entry(text))
  expect(trail.recent('slack', 'c1').map(({ text }) => text)).toEqual(['b', 'c'])
})

it('who listens is told, until they stop', () => {
  const trail = createTrail()
  const told: string[] = []
  const stop = trail.onPush(({ text }) => told.push(text))
  trail.push(entry('a'))
  stop()
  trail.push(entry('b'))
  expect(told).toEqual(['a'])
})
