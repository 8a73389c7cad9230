import type { Entry, Evidence } from './evidence.ts'

type Said = Extract<Entry, { what: 'said' }>

/** What no platform tells Parley of, whatever it does: not asked an answer for, and counted. */
export function isBeyondReach(history: Evidence['history'], heard: ReadonlySet<string>, said: Said): boolean {
  return said.platform === 'slack' ? isGivenUp(history, said) : isUntold(history, heard, said)
}

/** Slack delivers an event only so often. */
function isGivenUp(history: Evidence['history'], { channelId, messageId }: Said): boolean {
  return history.some(
    entry =>
      entry.what === 'given up' && entry.channelId === channelId && entry.key === `message:${messageId}`,
  )
}

/**
 * Discord lists no direct messages to a bot: the very first one of a person, of which no session told that came to
 * hear it, is told to nobody afterwards. That it was not heard is read off the gateway, not off the clock: the session
 * that was told of it is over, and Parley took nothing of what the same session was told after it.
 */
function isUntold(history: Evidence['history'], heard: ReadonlySet<string>, said: Said): boolean {
  if (!said.direct || said.threadId !== undefined) return false
  const at = history.findIndex(entry => entry.what === 'said' && entry.messageId === said.messageId)
  const isKnown = history.some(
    (entry, index) =>
      index < at &&
      entry.what === 'said' &&
      entry.channelId === said.channelId &&
      heard.has(`message:${entry.messageId}`),
  )
  if (isKnown) return false
  const told = history.flatMap(entry => (entry.what === 'told' ? [entry] : []))
  const newest = told.at(-1)?.session
  const received = new Set(
    history.flatMap(entry =>
      entry.what === 'step' && entry.step === 'inbound.received' ? [entry.detail ?? ''] : [],
    ),
  )
  const sessions = told.filter(({ messageId }) => messageId === said.messageId).map(({ session }) => session)
  return sessions.every(
    session =>
      session !== newest && !laterIn(told, session, said.messageId).some(id => received.has(`message ${id}`)),
  )
}

type Told = Extract<Entry, { what: 'told' }>

/** What this session alone could read after this message: it reads in order. */
function laterIn(told: readonly Told[], session: string, messageId: string): readonly string[] {
  const own = told.filter(entry => entry.session === session)
  const at = own.findIndex(entry => entry.messageId === messageId)
  const others = new Set(
    told.flatMap(entry => (entry.session !== session && entry.isOpen ? [entry.messageId] : [])),
  )
  return own
    .slice(at + 1)
    .flatMap(entry =>
      entry.isOpen && entry.messageId !== undefined && !others.has(entry.messageId) ? [entry.messageId] : [],
    )
}

/** What was said where no platform could tell of it, by the number of the question. */
export function beyondReach({ history, ledger }: Evidence): readonly number[] {
  const heard = new Set(ledger.decisions.map(({ key }) => key))
  return unheardIn(history, heard)
    .filter(said => isBeyondReach(history, heard, said))
    .map(({ question }) => question)
}

/** What was said to Parley, and stands, and is not on record. */
export function unheardIn(history: Evidence['history'], heard: ReadonlySet<string>): readonly Said[] {
  const removed = new Set(history.flatMap(entry => (entry.what === 'removed' ? [entry.question] : [])))
  return history
    .flatMap(entry => (entry.what === 'said' && entry.addressed ? [entry] : []))
    .filter(({ question, messageId }) => !removed.has(question) && !heard.has(`message:${messageId}`))
}
