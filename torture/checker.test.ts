import { describe, expect, it } from 'vitest'
import { beyondReach } from './check-reach.ts'
import { violationsIn } from './checker.ts'
import type { Evidence, Happening } from './evidence.ts'
import { changed, said, shownAs, sound, step, text, told, withHistory, withTable } from './sound.ts'
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
    'a call that is charged nothing, though it did not fail',
    'usage equals the books',
    withTable('usages', rows => rows.slice(1)),
  ],
  [
    'usage that was told, whose call was followed to its end, and is charged nowhere',
    'usage equals the books',
    withHistory(
      step('T1', 'model.called'),
      told(1),
      step('T1', 'model.ended', 0, 'finished'),
      step('T1', 'turn.delivering'),
    ),
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

  it('lets go what was told of a call that its process did not live to store, and only as often', () => {
    const lost = [step('T2', 'model.called', 1), told(2), { what: 'killed', victim: 1 } as const]
    expect(violationsIn(withHistory(...lost))).toEqual([])
    expect(violationsIn(withHistory(...lost, told(2, 1_010)))).toMatchObject([
      { promise: 'usage equals the books', question: 2 },
    ])
    const asked: Happening = { what: 'model asked', question: 'q2v0' }
    expect(violationsIn(withHistory(...lost, asked, asked, told(2, 1_010)))).toEqual([])
  })
})

describe('what Slack gave up to deliver', () => {
  it('is beyond reach, and counted', () => {
    const missed = said(4, { platform: 'slack', channelId: 'C1', messageId: '4.0' })
    expect(violationsIn(withHistory(...missed))).toMatchObject([{ promise: 'addressed is answered' }])
    const evidence = withHistory(...missed, { what: 'given up', channelId: 'C1', key: 'message:4.0' })
    expect(violationsIn(evidence)).toEqual([])
    expect(beyondReach(evidence)).toEqual([4])
  })
})

describe('a first direct message on Discord', () => {
  const direct = {
    what: 'said',
    platform: 'discord',
    channelId: 'D9',
    messageId: '90',
    personId: 'U1',
    question: 9,
    addressed: true,
    direct: true,
  } as const
  const begun = (session: string): Happening => ({ what: 'told', session, isOpen: true })
  const toldOf = (session: string, messageId = '90', isOpen = true): Happening => ({
    what: 'told',
    session,
    isOpen,
    messageId,
  })
  const received = (messageId: string): Happening => ({
    what: 'step',
    victim: 0,
    step: 'inbound.received',
    detail: `message ${messageId}`,
  })
  const unanswered = (...more: readonly Happening[]) => {
    const evidence = withHistory(...more)
    return {
      violations: violationsIn(evidence).map(({ question }) => question),
      beyond: beyondReach(evidence),
    }
  }
  const isMissed = { violations: [9], beyond: [] }
  const isBeyond = { violations: [], beyond: [9] }

  it('that no session was told of is beyond reach, and counted', () => {
    expect(unanswered(direct, begun('S1'))).toEqual(isBeyond)
  })

  it('that a session was told of, which ended before it came to it, is beyond reach', () => {
    expect(unanswered(begun('S1'), direct, toldOf('S1'), begun('S2'))).toEqual(isBeyond)
    const afterIt = [toldOf('S1', '91'), begun('S2'), toldOf('S2', '92'), received('92')]
    expect(unanswered(begun('S1'), direct, toldOf('S1'), ...afterIt)).toEqual(isBeyond)
  })

  it('that the newest session was told of has to be answered', () => {
    expect(unanswered(begun('S1'), direct, toldOf('S1'))).toEqual(isMissed)
  })

  it('of whose session something later was taken has to be answered', () => {
    const later = [toldOf('S1', '91'), received('91'), begun('S2')]
    expect(unanswered(begun('S1'), direct, toldOf('S1'), ...later)).toEqual(isMissed)
  })

  it('is beyond reach, too, when what came later was read in another session', () => {
    const later = [begun('S2'), toldOf('S1', '91', false), toldOf('S2', '91'), received('91')]
    expect(unanswered(begun('S1'), direct, toldOf('S1'), ...later)).toEqual(isBeyond)
    const frozen = [begun('S2'), toldOf('S1', '91'), toldOf('S2', '91'), received('91')]
    expect(unanswered(begun('S1'), direct, toldOf('S1'), ...frozen)).toEqual(isBeyond)
  })

  it('that is not the first has to be answered, whoever was told of it', () => {
    const known = { ...direct, messageId: '30', question: 3 }
    expect(unanswered(known, direct, begun('S1'))).toEqual(isMissed)
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
