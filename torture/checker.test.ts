import { describe, expect, it } from 'vitest'
import { beyondReach } from './check-events.ts'
import { violationsIn } from './checker.ts'
import type { Evidence, Happening } from './evidence.ts'
import {
  changed,
  happenings,
  said,
  shownAs,
  sound,
  step,
  text,
  timed,
  withHistory,
  withTable,
} from './sound.ts'
import { traceOf } from './trace.ts'

const planted: readonly (readonly [what: string, promise: string, evidence: Evidence])[] = [
  [
    'an acknowledged event that is not on record',
    'acknowledged is decided',
    withHistory({ what: 'acknowledged', channelId: 'C1', key: 'message:9.0' }),
  ],
  [
    'an acknowledged event without an outcome',
    'acknowledged is decided',
    withTable('decisions', rows => changed(rows, 0, { outcome: null, reason: null })),
  ],
  [
    'a question that was never received',
    'addressed is answered',
    withHistory(...said(4, { platform: 'discord', channelId: 'D1', messageId: '40' })),
  ],
  [
    'a turn that still waits',
    'addressed is answered',
    withTable('turns', rows => changed(rows, 1, { state: 'accepted' })),
  ],
  ['an answer that is cut off', 'one whole answer', shownAs(0, { text: 'Answer q1v0: moon' })],
  [
    'an answer that stands twice in one message',
    'one whole answer',
    shownAs(0, { text: `${text(1)} ${text(1)}` }),
  ],
  ['the answer to another question', 'one whole answer', shownAs(2, { text: text(1) })],
  [
    'an answer that was posted twice',
    'answered once',
    {
      ...sound,
      shown: [
        ...sound.shown,
        { platform: 'slack', channelId: 'C1', messageId: 'P9', text: text(1), unfinished: false },
      ],
    },
  ],
  [
    'other words than the stored ones',
    'shown is stored',
    shownAs(0, { text: text(1).replace('moon', 'stone') }),
  ],
  ['an answer that nobody sees', 'shown is stored', { ...sound, shown: sound.shown.slice(1) }],
  [
    'a failure that is not told',
    'shown is stored',
    withTable('turns', rows => changed(rows, 0, { state: 'failed', end_error: 'model_malformed' })),
  ],
  [
    'a message that belongs to nothing',
    'no orphans',
    {
      ...sound,
      shown: [
        ...sound.shown,
        { platform: 'slack', channelId: 'C1', messageId: 'P9', text: '…', unfinished: false },
      ],
    },
  ],
  [
    'a part that is half posted',
    'no orphans',
    withTable('parts', rows => [...rows, { message_id: 'A1', ordinal: 1, state: 'posting', ref: null }]),
  ],
  ['a message that seems to be written still', 'nothing thinks', shownAs(1, { unfinished: true })],
  ['a live text that was left', 'nothing thinks', withTable('live', () => [{ turn_id: 'T1' }])],
  [
    'a turn at work after a later one began',
    'one turn at a time, in order',
    withHistory(step('T1', 'part.posted', 0)),
  ],
  [
    'turns in the wrong order',
    'one turn at a time, in order',
    withTable('turns', rows => changed(changed(rows, 0, { sequence: 2 }), 1, { sequence: 1 })),
  ],
  ['a process that ended by itself', 'processes live', withHistory({ what: 'broke', victim: 0, code: 1 })],
  [
    'a reservation that is open',
    'reservations are settled',
    withTable('reservations', rows => changed(rows, 0, { state: 'open' })),
  ],
  [
    'a counter that still holds something',
    'reservations are settled',
    withTable('buckets', rows => changed(rows, 0, { tokens_held: 1 })),
  ],
  [
    'a job that was left',
    'reservations are settled',
    withTable('jobs', () => [{ kind: 'turn', state: 'waiting' }]),
  ],
  [
    'usage that nobody told',
    'usage equals the books',
    withTable('usages', rows => changed(rows, 0, { input_tokens: 5 })),
  ],
  [
    'usage that is charged twice',
    'usage equals the books',
    withTable('usages', rows => [...rows, ...changed(rows, 0, { call_id: 'K9' }).slice(0, 1)]),
  ],
  [
    'usage that was told and is charged nowhere',
    'usage equals the books',
    withHistory({ what: 'model told', input: 1_009, output: 19 }),
  ],
  [
    'a call that consumed more than is charged',
    'usage equals the books',
    withTable('calls', rows => changed(rows, 0, { input_tokens: 5_000 })),
  ],
  [
    'a counter that does not add up',
    'usage equals the books',
    withTable('buckets', rows => changed(rows, 0, { tokens_used: 3_041 })),
  ],
]

describe('the checker', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(violationsIn(sound)).toEqual([])
  })

  it.each(planted)('finds %s', (_what, promise, evidence) => {
    expect(violationsIn(evidence).map(violation => violation.promise)).toContain(promise)
  })

  it('lets go what was told to a process in the moment of its death, and only that', () => {
    const told: Happening = { what: 'model told', input: 1_009, output: 19 }
    const history = [...happenings, told, { what: 'killed', victim: 0 } as const]
    const close = history.map((happening, at) => ({ atMs: at * 10, ...happening }))
    expect(violationsIn({ ...sound, history: close })).toEqual([])
    expect(violationsIn({ ...sound, history: timed(history) })).toMatchObject([
      { promise: 'usage equals the books' },
    ])
  })

  it('asks no answer for a first direct message that Discord told nobody of, and counts it', () => {
    const direct: Happening = {
      what: 'said',
      platform: 'discord',
      channelId: 'D9',
      messageId: '90',
      personId: 'U1',
      question: 9,
      addressed: true,
      direct: true,
    }
    const entries = [...happenings, { what: 'killed', victim: 0 } as const, direct]
    const evidence = { ...sound, history: entries.map((entry, at) => ({ atMs: at * 10, ...entry })) }
    expect(violationsIn(evidence)).toEqual([])
    expect(beyondReach(evidence)).toEqual([9])
    const heardBefore = { ...direct, messageId: '30', question: 8 }
    const second = [...happenings, heardBefore, { what: 'killed', victim: 0 } as const, direct]
    const again = { ...sound, history: second.map((entry, at) => ({ atMs: at * 10, ...entry })) }
    expect(violationsIn(again).map(({ question }) => question)).toContain(9)
  })
})

describe('a trace', () => {
  it('tells what happened in the thread, and nothing of others', () => {
    const evidence = withTable('turns', rows => changed(rows, 1, { state: 'accepted' }))
    const [violation] = violationsIn(evidence)
    const lines = traceOf(violation ?? { promise: '', what: '' }, evidence)
    expect(lines.join('\n')).toMatch(/turnId=T1[\s\S]+turnId=T2/)
    expect(lines.join('\n')).not.toMatch(/T3|q3/)
  })
})
