import { describe, expect, it } from 'vitest'
import { beyondReach } from './check-events.ts'
import { violationsIn } from './checker.ts'
import type { Entry, Evidence, Happening } from './evidence.ts'
import { traceOf } from './trace.ts'

/** Ada asks twice in a thread of Slack, Grace once on Discord; all is well until something is planted. */

const step = (turnId: string, name: string, victim = 0): Happening => ({
  what: 'step',
  victim,
  step: name,
  turnId,
})

const happenings: readonly Happening[] = [
  { what: 'up', victim: 0 },
  ...said(1, { platform: 'slack', channelId: 'C1', messageId: '1.0' }),
  step('T1', 'inbound.stored'),
  step('T1', 'turn.begun'),
  { what: 'model asked', question: 'q1v0' },
  { what: 'model told', input: 1_001, output: 11 },
  step('T1', 'part.posted'),
  step('T1', 'turn.shown'),
  step('T1', 'turn.ended'),
  ...said(2, { platform: 'slack', channelId: 'C1', threadId: '1.0', messageId: '2.0' }),
  step('T2', 'turn.begun', 1),
  { what: 'model told', input: 1_002, output: 12 },
  step('T2', 'turn.shown', 1),
  step('T2', 'turn.ended', 1),
  ...said(3, { platform: 'discord', channelId: 'D1', messageId: '30' }),
  step('T3', 'turn.begun'),
  { what: 'model told', input: 1_003, output: 13 },
  step('T3', 'turn.shown'),
  step('T3', 'turn.ended'),
  { what: 'acknowledged', channelId: 'C1', key: 'message:1.0' },
  { what: 'acknowledged', channelId: 'C1', key: 'message:2.0' },
]

function said(
  question: number,
  where: { platform: 'slack' | 'discord'; channelId: string; messageId: string; threadId?: string },
): readonly Happening[] {
  return [{ what: 'said', ...where, personId: 'U1', question, addressed: true, direct: false }]
}

const timed = (all: readonly Happening[]): readonly Entry[] =>
  all.map((happening, at) => ({ atMs: at * 20_000, ...happening }))

const text = (question: number) => `Answer q${question}v0: moon tide. End q${question}v0.`
const turn = { state: 'done', stop_reason: null, end_error: null }
const call = { ended: true }
const usage = { platform: 'slack', workspace_id: 'W', requests: 1, estimated: false }
const decision = {
  platform: 'slack',
  channel_id: 'C1',
  kind: 'message',
  outcome: 'answered',
  reason: 'mention',
}

const sound: Evidence = {
  history: timed(happenings),
  ledger: {
    decisions: [
      { ...decision, key: 'message:1.0', message_id: 'M1', turn_id: 'T1' },
      { ...decision, key: 'message:2.0', message_id: 'M2', turn_id: 'T2' },
      {
        ...decision,
        platform: 'discord',
        channel_id: 'D1',
        key: 'message:30',
        message_id: 'M3',
        turn_id: 'T3',
      },
    ],
    dialogues: [
      { id: 'G1', platform: 'slack', channel_id: 'C1', thread_id: '1.0' },
      { id: 'G2', platform: 'discord', channel_id: 'D1', thread_id: '30' },
    ],
    messages: [1, 2, 3].flatMap(number => {
      const dialogueId = number === 3 ? 'G2' : 'G1'
      const ref = number === 3 ? '30' : `${number}.0`
      const of = { dialogue_id: dialogueId, redacted: false }
      return [
        { ...of, id: `M${number}`, role: 'user', ref, text: `please tell me about q${number}v0` },
        { ...of, id: `A${number}`, role: 'assistant', ref: null, text: text(number) },
      ]
    }),
    turns: [
      { ...turn, id: 'T1', dialogue_id: 'G1', sequence: 1, answer_id: 'A1' },
      { ...turn, id: 'T2', dialogue_id: 'G1', sequence: 2, answer_id: 'A2' },
      { ...turn, id: 'T3', dialogue_id: 'G2', sequence: 1, answer_id: 'A3' },
    ],
    asked: [1, 2, 3].map(number => ({ turn_id: `T${number}`, message_id: `M${number}` })),
    parts: [1, 2, 3].map(number => ({
      message_id: `A${number}`,
      ordinal: 0,
      state: 'posted',
      ref: `P${number}`,
    })),
    jobs: [],
    live: [],
    calls: [1, 2, 3].map(number => ({
      ...call,
      id: `K${number}`,
      turn_id: `T${number}`,
      input_tokens: 1_000 + number,
      output_tokens: 10 + number,
    })),
    usages: [1, 2, 3].map(number => ({
      ...usage,
      call_id: `K${number}`,
      reservation_id: `T${number}`,
      input_tokens: 1_000 + number,
      output_tokens: 10 + number,
    })),
    reservations: [1, 2, 3].map(number => ({ id: `T${number}`, state: 'settled' })),
    buckets: [
      {
        subject: 'workspace:slack:W',
        bucket: '2026-11',
        tokens_used: 3_042,
        requests_used: 3,
        requests_held: 0,
        tokens_held: 0,
        cost_held: 0,
      },
    ],
  },
  shown: [1, 2, 3].map(number => ({
    platform: number === 3 ? ('discord' as const) : ('slack' as const),
    channelId: number === 3 ? 'D1' : 'C1',
    messageId: `P${number}`,
    text: text(number),
    unfinished: false,
  })),
}

type Ledger = Evidence['ledger']

/** The same with other rows in one table. */
function withTable<Name extends keyof Ledger>(
  name: Name,
  to: (rows: Ledger[Name]) => Ledger[Name],
): Evidence {
  return { ...sound, ledger: { ...sound.ledger, [name]: to(sound.ledger[name]) } }
}

/** One row of a table, changed. */
const changed = <Row extends object>(rows: readonly Row[], at: number, to: Partial<Row>): readonly Row[] =>
  rows.map((row, index) => (index === at ? { ...row, ...to } : row))

const shownAs = (at: number, to: Partial<Evidence['shown'][number]>): Evidence => ({
  ...sound,
  shown: changed(sound.shown, at, to),
})

const withHistory = (...more: readonly Happening[]): Evidence => ({
  ...sound,
  history: timed([...happenings, ...more]),
})

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
