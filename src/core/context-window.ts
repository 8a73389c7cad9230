import type { Agent } from './agent.ts'
import { ParleyError } from './errors.ts'
import type { Message } from './message.ts'
import type { ModelMessage } from './model.ts'
import { nameMentions } from './mention.ts'
import { lastExchanges } from './exchanges.ts'
import type { Receipt, Summary } from './receipt.ts'
import { escapeTags, speakerNames, toDisplayName, toEnvelope, type Speaker } from './speaker.ts'
import { countTokens, cutMiddle } from './tokens.ts'

/** A Message as the window is built from it. */
export interface WindowMessage {
  readonly position: number
  readonly role: 'user' | 'assistant'
  /** Absent for Parley's own. */
  readonly speaker?: Speaker
  readonly atMs: number
  readonly text: string
  readonly files: readonly string[]
  /** As `countMessage` gives them: of the whole envelope, but for the speaker's name, which may change. */
  readonly tokens: number
}

/** Messages before a position, newest first, at most `limit`; fewer only when there are no more. */
export type ReadHistory = (beforePosition: number, limit: number) => Promise<readonly WindowMessage[]>

export interface WindowRequest {
  readonly agent: Pick<Agent, 'name' | 'instructions' | 'contextTokens' | 'maxTokens'> &
    Partial<Pick<Agent, 'id' | 'version' | 'exchanges' | 'carries'>>
  readonly summary?: Summary
  /** What was answered to the Agent's own questions; given with every answer. */
  readonly guide?: ModelMessage
  readonly asked: readonly WindowMessage[]
  readonly readHistory: ReadHistory
  /** The share of the room to use; less than 1 after the model found the whole too large. */
  readonly shrink?: number
}

export interface ContextWindow {
  /** Instructions, summary, history, and last what was asked, each oldest first. */
  readonly messages: readonly ModelMessage[]
  readonly receipt: Receipt
  readonly asked: readonly WindowMessage[]
  /** Given word for word, oldest first, the asked ones left out. */
  readonly history: readonly WindowMessage[]
  /** Neither given nor covered by a summary. */
  readonly uncovered: {
    /** Those already read, oldest first. */
    readonly messages: readonly WindowMessage[]
    /** False when still older ones may be uncovered too. */
    readonly complete: boolean
  }
}

/** Chat formats put three tokens around a message, by OpenAI's cookbook; one more where pieces meet. */
export const tokensPerMessage = 4
/** The head of the answer, which counts as part of the prompt. */
export const tokensPerAnswer = 3
const pageSize = 50
/** Less of a question than this is no question. */
const leastTokens = 16

/** What a model will be given of a message, to be kept with it: names in place of mentions, and its tokens. */
export function countMessage(
  { role, text, files, sentAtMs }: Pick<Message, 'role' | 'text' | 'files' | 'sentAtMs'>,
  names: ReadonlyMap<string, string>,
): { readonly text: string; readonly tokens: number } {
  if (role === 'assistant') return { text, tokens: countTokens(text) }
  const named = nameMentions(text, names)
  return { text: named, tokens: countTokens(toEnvelope({ speaker: '', atMs: sentAtMs, text: named, files })) }
}

/** A stored Message for the window; names are by the platform's user id. One without a count is counted now. */
export function toWindowMessage(message: Message, names: ReadonlyMap<string, string>): WindowMessage {
  const { position, role, author, files, sentAtMs } = message
  const counted =
    message.tokens === undefined
      ? countMessage(message, names)
      : { text: message.text, tokens: message.tokens }
  const name = author && (names.get(author.userId) ?? author.name)
  const speaker = author && { id: author.id, ...(name === undefined ? {} : { name }) }
  return { position, role, atMs: sentAtMs, files, ...counted, ...(speaker ? { speaker } : {}) }
}

/**
 * Decides what a model is given. Claims come in this order: the instructions, what was asked, the rolling summary,
 * then messages from the newest before the last asked one back to the first that does not fit. Instructions are
 * never cut; what was asked is cut in its middle only when it does not fit beside them alone. The tokens of all
 * messages never exceed the room, and reading goes at most a page beyond what fits. Throws `context_overflow` when
 * the instructions leave no room for a question.
 */
export async function buildWindow(request: WindowRequest): Promise<ContextWindow> {
  const { agent, guide, shrink = 1 } = request
  // An Agent that remembers the last exchanges alone is told of nothing older.
  const summary = agent.exchanges === undefined ? request.summary : undefined
  const readHistory =
    agent.exchanges === undefined ? request.readHistory : lastExchanges(request.readHistory, agent.exchanges)
  const limit = Math.floor((agent.contextTokens - agent.maxTokens) * shrink)
  const { cost, speakers } = createCost()
  const instructions = tokensPerAnswer + tokensPerMessage + countTokens(agent.instructions)
  const guideTokens = guide ? tokensPerMessage + countTokens(guide.content) : 0
  const fixed = instructions + guideTokens
  const asked = fitAsked(request.asked, limit - fixed, cost)
  const askedTokens = sum(asked, cost)
  const first = asked[0]?.position ?? Number.MAX_SAFE_INTEGER
  // A summary that tells of the question itself, or of what came after it, would answer an old question from later.
  const earlier = summary && summary.throughPosition < first ? summary : undefined
  const rolling = earlier && toSummaryMessage(earlier)
  const rollingTokens = rolling ? tokensPerMessage + countTokens(rolling.content) : 0
  const summaryFits = fixed + askedTokens + rollingTokens <= limit
  const summaryTokens = summaryFits ? rollingTokens : 0
  const room = limit - fixed - askedTokens - summaryTokens
  const past = await readPast({ asked: request.asked, readHistory }, earlier, room, cost)
  const covered = earlier?.messages ?? 0
  const given = [...past.given, ...asked]
  const names = speakerNames([...speakers.values()], [agent.name])
  return {
    messages: [
      ...(agent.instructions === '' ? [] : [{ role: 'system' as const, content: agent.instructions }]),
      ...(guide ? [guide] : []),
      ...(rolling && summaryFits ? [rolling] : []),
      ...given.map(message => toModelMessage(message, names)),
    ],
    receipt: {
      ...toldOf(agent),
      messages: {
        included: given.length,
        summarised: summaryFits ? covered : 0,
        dropped: past.left.length + (summaryFits ? 0 : covered),
      },
      tokens: {
        instructions,
        asked: askedTokens,
        summary: summaryTokens,
        history: sum(past.given, cost),
        reserved: agent.maxTokens,
        limit,
        ...carriedBy(agent),
        ...(guide ? { guide: guideTokens } : {}),
      },
    },
    asked,
    history: past.given,
    // A summary that is not used here still covers them.
    uncovered:
      (summary && !earlier) || agent.exchanges !== undefined
        ? { messages: [], complete: true }
        : { messages: past.left, complete: past.complete },
  }
}

function toldOf({ id, name, version }: WindowRequest['agent']): Pick<Receipt, 'agent'> {
  if (id === undefined) return {}
  return { agent: { id, name, ...(version === undefined ? {} : { version }) } }
}

function carriedBy({ carries }: WindowRequest['agent']): Partial<Receipt['tokens']> {
  if (!carries) return {}
  return {
    ...(carries.notes === 0 ? {} : { notes: carries.notes }),
    ...(carries.knowledge === 0 ? {} : { knowledge: carries.knowledge }),
  }
}

/** The rolling summary as a model gets it: in a person's role, for it is made of what people said. */
export function toSummaryMessage({ text, messages }: Summary): ModelMessage {
  const label = `Summary of ${messages} earlier messages of this thread, not given word for word:`
  return { role: 'user', content: `<summary>\n${label}\n${escapeTags(text)}\n</summary>` }
}

function toModelMessage(message: WindowMessage, names: ReadonlyMap<string, string>): ModelMessage {
  if (message.role === 'assistant') return { role: 'assistant', content: message.text }
  const speaker = names.get(message.speaker?.id ?? '') ?? ''
  return { role: 'user', content: toEnvelope({ ...message, speaker }) }
}

type Cost = (message: WindowMessage) => number

/**
 * What a message takes of the window: its stored count, its speaker's name, what stands around it. Everyone who was
 * costed is in `speakers` with one name, the one they were met by first, should messages tell several.
 */
function createCost(): { readonly cost: Cost; readonly speakers: ReadonlyMap<string, Speaker> } {
  const speakers = new Map<string, Speaker>()
  const ofName = new Map<string, number>()
  const head = (speaker: string) => countTokens(toEnvelope({ speaker, atMs: 0, text: '', files: [] }))
  const nobody = head('')
  const cost: Cost = ({ role, speaker, tokens }) => {
    if (role === 'assistant') return tokens + tokensPerMessage
    const known = speaker && (speakers.get(speaker.id) ?? speaker)
    if (known) speakers.set(known.id, known)
    const name = toDisplayName(known?.name)
    // Four for the number that tells it from another's.
    const nameTokens = ofName.get(name) ?? Math.max(0, head(name) - nobody) + 4
    ofName.set(name, nameTokens)
    return tokens + tokensPerMessage + nameTokens
  }
  return { cost, speakers }
}

function sum(messages: readonly WindowMessage[], cost: Cost): number {
  return messages.reduce((total, message) => total + cost(message), 0)
}

/** Everything that was asked; when that is too much, the longest are cut to even shares of the room. */
function fitAsked(asked: readonly WindowMessage[], room: number, cost: Cost): readonly WindowMessage[] {
  const ordered = asked.toSorted((a, b) => a.position - b.position)
  if (sum(ordered, cost) <= room) return ordered
  let left = room
  let waiting = ordered.length
  const fitted = new Map<number, WindowMessage>()
  for (const message of ordered.toSorted((a, b) => cost(a) - cost(b))) {
    const share = Math.floor(left / waiting)
    const kept = cost(message) <= share ? message : cutTo(message, share, cost)
    left -= cost(kept)
    waiting -= 1
    fitted.set(message.position, kept)
  }
  return ordered.map(message => fitted.get(message.position) ?? message)
}

function cutTo(message: WindowMessage, share: number, cost: Cost): WindowMessage {
  const withText = (text: string): WindowMessage => ({
    ...message,
    ...countMessage({ ...message, text, sentAtMs: message.atMs }, new Map()),
  })
  // Escaping may make the envelope longer than the text's own tokens tell.
  for (let room = share - cost(withText('')); room >= leastTokens; room = Math.floor(room * 0.8)) {
    const cut = withText(cutMiddle(message.text, room))
    if (cost(cut) <= share) return cut
  }
  throw new ParleyError('context_overflow', 'The instructions leave no room for this question.')
}

async function readPast(
  { asked, readHistory }: Pick<WindowRequest, 'asked' | 'readHistory'>,
  summary: Summary | undefined,
  room: number,
  cost: Cost,
) {
  const positions = new Set(asked.map(message => message.position))
  const given: WindowMessage[] = []
  const left: WindowMessage[] = []
  let tokens = 0
  let before = Math.max(...positions)
  const past = (complete: boolean) => ({ given: given.toReversed(), left: left.toReversed(), complete })
  for (;;) {
    const page = await readHistory(before, pageSize)
    for (const message of page) {
      if (summary && message.position <= summary.throughPosition) return past(true)
      if (positions.has(message.position)) continue
      tokens += cost(message)
      if (tokens <= room) given.push(message)
      else left.push(message)
    }
    if (page.length < pageSize) return past(true)
    if (left.length > 0) return past(false)
    before = page.at(-1)?.position ?? 0
  }
}
