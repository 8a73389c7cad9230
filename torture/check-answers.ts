import { askedIn } from './check-events.ts'
import type { Check, Evidence, Ledger, Shown, Violation } from './evidence.ts'

const smooth = (text: string) => text.replace(/\s+/g, ' ').trim()

/** Each answer with the Turn that wrote it last and the messages that show it, in their order. */
function answersIn({ ledger, shown }: Evidence) {
  const seen = new Map(shown.map(message => [message.messageId, message] as const))
  const parts = Map.groupBy(
    ledger.parts.filter(({ state }) => state === 'posted'),
    part => part.message_id,
  )
  const turns = Map.groupBy(ledger.turns, turn => turn.answer_id)
  return ledger.messages
    .filter(({ role }) => role === 'assistant')
    .map(message => {
      const posted = (parts.get(message.id) ?? []).toSorted((a, b) => a.ordinal - b.ordinal)
      return {
        message,
        turn: turns
          .get(message.id)
          ?.toSorted((a, b) => a.sequence - b.sequence)
          .at(-1),
        posted,
        shown: posted.flatMap(part => seen.get(part.ref ?? '') ?? []),
      }
    })
}

/** What people see is what is stored: all of it, once, and under it at most a notice of how it ended. */
export const shownIsStored: Check = evidence => {
  const nowhere = placesGone(evidence)
  return answersIn(evidence).flatMap(({ message, turn, posted, shown }): readonly Violation[] => {
    if (!turn || message.redacted) return []
    // Who deletes the message that a thread hangs on leaves no place to answer in.
    if (turn.end_error === 'platform_refused' && nowhere.has(turn.dialogue_id)) return []
    const about = { promise: 'shown is stored', turnId: turn.id }
    if (shown.length < posted.length)
      return [{ ...about, what: `${posted.length - shown.length} part(s) on record are not to be seen.` }]
    const visible = smooth(shown.map(({ text }) => text).join(' '))
    const stored = smooth(message.text)
    if (turn.state === 'done' && turn.end_error === null && visible !== stored)
      return [{ ...about, what: `It shows “${ends(visible)}” and stores “${ends(stored)}”.` }]
    if (turn.state === 'done' && stored === '') return [{ ...about, what: 'It is done and has no text.' }]
    if (!visible.startsWith(stored))
      return [{ ...about, what: `It ${turn.state}, shows “${ends(visible)}” and stores “${ends(stored)}”.` }]
    const notice = visible.slice(stored.length)
    if (notice.length > 300 || /q\d+v\d+/.test(notice))
      return [{ ...about, what: `Under it stands “${ends(notice)}”.` }]
    if (turn.state === 'failed' && notice === '')
      return [{ ...about, what: 'It failed and does not say so.' }]
    return []
  })
}

/** Dialogues whose first message was deleted by the person who wrote it. */
function placesGone(evidence: Evidence): ReadonlySet<string> {
  const gone = new Set(askedIn(evidence).flatMap(said => (said.removed ? [said.messageId] : [])))
  return new Set(evidence.ledger.dialogues.flatMap(({ id, thread_id: root }) => (gone.has(root) ? [id] : [])))
}

/** A finished answer begins and ends with the same marker, once, and answers what its Turn was asked. */
export const answersAreWhole: Check = evidence => {
  const questions = new Map(askedIn(evidence).map(said => [said.messageId, said.question] as const))
  const refs = new Map(evidence.ledger.messages.map(message => [message.id, message.ref ?? ''] as const))
  const asked = Map.groupBy(evidence.ledger.asked, row => row.turn_id)
  return answersIn(evidence).flatMap(({ message, turn, shown }): readonly Violation[] => {
    if (turn?.state !== 'done' || message.redacted) return []
    const visible = smooth(shown.map(({ text }) => text).join(' '))
    const begins = [...visible.matchAll(/Answer (q(\d+)v\d+):/g)]
    const about = { promise: 'one whole answer', turnId: turn.id }
    if (begins.length !== 1)
      return [{ ...about, what: `${begins.length} answers stand in “${ends(visible)}”.` }]
    const [, marker = '', question = ''] = begins[0] ?? []
    if (turn.end_error === null && visible.split(`End ${marker}.`).length !== 2)
      return [{ ...about, what: `The answer to ${marker} has no end, or two: “${ends(visible)}”.` }]
    const own = (asked.get(turn.id) ?? []).map(row => questions.get(refs.get(row.message_id) ?? ''))
    if (own.includes(Number(question))) return []
    return [{ ...about, what: `Asked ${own.join(', ')}, it answers ${marker}.`, question: Number(question) }]
  })
}

/** By what people see alone: no question has its answer in two places. */
export const answeredOnce: Check = ({ shown }) => {
  const places = Map.groupBy(
    shown.flatMap(({ text, messageId }) =>
      [...text.matchAll(/Answer q(\d+)v\d+:/g)].map(([, question]) => ({
        question: Number(question),
        messageId,
      })),
    ),
    ({ question }) => question,
  )
  return [...places].flatMap(([question, found]): readonly Violation[] =>
    found.length === 1
      ? []
      : [{ promise: 'answered once', question, what: `q${question} is answered ${found.length} times.` }],
  )
}

/** Every message of Parley's is a part of something stored, and no part is half posted. */
export const nothingIsOrphaned: Check = ({ ledger, shown }) => {
  const refs = new Set(
    ledger.parts.flatMap(({ state, ref }) => (state === 'posted' && ref !== null ? [ref] : [])),
  )
  const strays = shown.filter(({ messageId }) => !refs.has(messageId))
  return [
    ...strays.map(stray => ({ promise: 'no orphans', what: `Nobody owns ${describe(stray)}.` })),
    ...halfPosted(ledger),
  ]
}

function halfPosted({ parts, turns }: Ledger): readonly Violation[] {
  return parts
    .filter(({ state }) => state === 'posting')
    .map(part => {
      const turnId = turns.find(turn => turn.answer_id === part.message_id)?.id
      const what = `Part ${part.ordinal} of ${part.message_id} is still being posted.`
      return { promise: 'no orphans', what, ...(turnId === undefined ? {} : { turnId }) }
    })
}

/** Nothing seems to go on that does not. */
export const nothingThinks: Check = ({ shown, ledger }) => [
  ...shown
    .filter(({ unfinished }) => unfinished)
    .map(message => ({ promise: 'nothing thinks', what: `${describe(message)} seems unfinished.` })),
  ...ledger.live.map(({ turn_id: turnId }) => ({
    promise: 'nothing thinks',
    what: 'Its text is still moving for those who watch.',
    turnId,
  })),
]

const describe = ({ platform, channelId, messageId, text }: Shown) =>
  `${messageId} in ${channelId} of ${platform}, “${ends(text)}”`

const ends = (text: string) => (text.length > 120 ? `${text.slice(0, 60)} … ${text.slice(-60)}` : text)
