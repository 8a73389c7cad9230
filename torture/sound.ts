import type { Entry, Evidence, Happening } from './evidence.ts'

/** Ada asks twice in a thread of Slack, Grace once on Discord; all is well until something is planted. */

export const step = (turnId: string, name: string, victim = 0, detail?: string): Happening => ({
  what: 'step',
  victim,
  step: name,
  turnId,
  ...(detail === undefined ? {} : { detail }),
})

/** Nobody was charged this. */
export const told = (question: number, input = 1_009): Happening => ({
  what: 'model told',
  question,
  input,
  output: 19,
})

export const happenings: readonly Happening[] = [
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

export function said(
  question: number,
  where: { platform: 'slack' | 'discord'; channelId: string; messageId: string; threadId?: string },
): readonly Happening[] {
  return [{ what: 'said', ...where, personId: 'U1', question, addressed: true, direct: false }]
}

export const timed = (all: readonly Happening[]): readonly Entry[] =>
  all.map((happening, at) => ({ atMs: at * 20_000, ...happening }))

export const text = (question: number) => `Answer q${question}v0: moon tide. End q${question}v0.`
const turn = { state: 'done', stop_reason: null, end_error: null }
const call = { purpose: 'answer', error: null }
const usage = { platform: 'slack', workspace_id: 'W', requests: 1, estimated: false }
const decision = {
  platform: 'slack',
  channel_id: 'C1',
  kind: 'message',
  outcome: 'answered',
  reason: 'mention',
}

export const sound: Evidence = {
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
export function withTable<Name extends keyof Ledger>(
  name: Name,
  to: (rows: Ledger[Name]) => Ledger[Name],
): Evidence {
  return { ...sound, ledger: { ...sound.ledger, [name]: to(sound.ledger[name]) } }
}

/** One row of a table, changed. */
export const changed = <Row extends object>(
  rows: readonly Row[],
  at: number,
  to: Partial<Row>,
): readonly Row[] => rows.map((row, index) => (index === at ? { ...row, ...to } : row))

export const shownAs = (at: number, to: Partial<Evidence['shown'][number]>): Evidence => ({
  ...sound,
  shown: changed(sound.shown, at, to),
})

export const withHistory = (...more: readonly Happening[]): Evidence => ({
  ...sound,
  history: timed([...happenings, ...more]),
})
