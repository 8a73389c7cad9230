import type { Viewer } from './member.ts'
import type { Platform } from './thread.ts'

/** What is on record of a person, but what they said. Names are those of the JSON that they are given. */
export interface ExportedAccount {
  readonly member: { readonly [name: string]: unknown }
  readonly settings: { readonly [name: string]: unknown }
  readonly identities: readonly {
    readonly id: string
    readonly platform: Platform
    readonly realm: string
    readonly userId: string
    readonly name: string | null
    readonly linkedAt: string | null
  }[]
  readonly signIns: readonly { readonly [name: string]: unknown }[]
  readonly sessions: readonly { readonly [name: string]: unknown }[]
}

export interface ExportedDialogue {
  readonly id: string
  readonly platform: Platform
  readonly channel?: string
  readonly workspace?: string
  readonly title: string
  readonly createdAt: string
  readonly usedAt: string
  /** `mine`: the Viewer may not read it any more, and gets what they said in it alone. */
  readonly scope: 'whole' | 'mine'
}

export interface ExportedMessage {
  readonly id: string
  readonly position: number
  readonly branch?: string
  readonly role: 'user' | 'assistant'
  readonly author?: string
  readonly mine: boolean
  readonly text: string
  readonly files: readonly string[]
  readonly sentAt: string
  readonly redacted?: true
  readonly versions?: readonly {
    readonly version: number
    readonly text: string
    readonly replacedAt: string
  }[]
}

export interface ExportedUsage {
  readonly id: string
  readonly dialogueId: string
  readonly model: string
  readonly startedAt: string
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly costMicros?: number
}

/** What a program of theirs sent through the relay, where that was kept. */
export interface ExportedRelay {
  readonly id: string
  readonly at: string
  readonly model: string
  readonly request: string
  readonly response: string
}

/** Everything of one person, in pages that are read one after the other. */
export interface Exports {
  account(memberId: string): Promise<ExportedAccount>
  /**
   * Their own and shared Dialogues, and those of channels in which they spoke; never another's direct messages. In
   * the order of ids, after this one.
   */
  dialogues(viewer: Viewer, after: string | undefined, limit: number): Promise<readonly ExportedDialogue[]>
  /** One of them; undefined when it is none of the Viewer's. */
  dialogue(viewer: Viewer, id: string): Promise<ExportedDialogue | undefined>
  /** Every branch, in the order of positions, after this one. */
  messages(
    dialogue: Pick<ExportedDialogue, 'id' | 'scope'>,
    viewer: Viewer,
    after: number | undefined,
    limit: number,
  ): Promise<readonly ExportedMessage[]>
  usage(viewer: Viewer, after: string | undefined, limit: number): Promise<readonly ExportedUsage[]>
  relayed(memberId: string, after: string | undefined, limit: number): Promise<readonly ExportedRelay[]>
}

/** These may be megabytes each. */
const relayedPageSize = 4

/** Rows of one page: what is in memory at once, however much there is. */
const pageSize = 100

async function* pages<T, Key>(
  read: (after: Key | undefined) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
  size = pageSize,
): AsyncGenerator<T> {
  let after: Key | undefined
  for (;;) {
    const items = await read(after)
    yield* items
    const last = items.at(-1)
    if (!last || items.length < size) return
    after = keyOf(last)
  }
}

const messagesOf = (exports: Exports, dialogue: ExportedDialogue, viewer: Viewer) =>
  pages(
    (after: number | undefined) => exports.messages(dialogue, viewer, after, pageSize),
    message => message.position,
  )

const dialoguesOf = (exports: Exports, viewer: Viewer) =>
  pages(
    (after: string | undefined) => exports.dialogues(viewer, after, pageSize),
    dialogue => dialogue.id,
  )

const usageOf = (exports: Exports, viewer: Viewer) =>
  pages(
    (after: string | undefined) => exports.usage(viewer, after, pageSize),
    call => call.id,
  )

const relayedOf = (exports: Exports, { memberId }: Viewer) =>
  pages(
    (after: string | undefined) => exports.relayed(memberId, after, relayedPageSize),
    request => request.id,
    relayedPageSize,
  )

/** One JSON document, piece by piece, each made when it is asked for. */
export async function* exportAsJson(exports: Exports, viewer: Viewer, nowMs: number): AsyncGenerator<string> {
  const head = {
    format: 'parley-export',
    version: 1,
    exportedAt: new Date(nowMs).toISOString(),
    ...(await exports.account(viewer.memberId)),
  }
  yield `${JSON.stringify(head).slice(0, -1)},\n"usage":`
  yield* jsonList(usageOf(exports, viewer))
  yield ',\n"relayed":'
  yield* jsonList(relayedOf(exports, viewer))
  yield ',\n"dialogues":['
  let first = true
  for await (const dialogue of dialoguesOf(exports, viewer)) {
    yield first ? '\n' : ',\n'
    first = false
    yield* dialogueAsJson(exports, viewer, dialogue)
  }
  yield ']}\n'
}

export async function* dialogueAsJson(
  exports: Exports,
  viewer: Viewer,
  dialogue: ExportedDialogue,
): AsyncGenerator<string> {
  yield `${JSON.stringify(dialogue).slice(0, -1)},"messages":`
  yield* jsonList(messagesOf(exports, dialogue, viewer))
  yield '}'
}

async function* jsonList(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let opening = '['
  for await (const item of items) {
    yield `${opening}${JSON.stringify(item)}`
    opening = ',\n'
  }
  yield opening === '[' ? '[]' : ']'
}

/** The words around what is exported as Markdown. */
export interface ExportWords {
  readonly heading: (name: string, date: string) => string
  readonly accounts: string
  readonly usage: (calls: number, inputTokens: number, outputTokens: number) => string
  readonly mineOnly: string
  readonly redacted: string
  readonly earlier: (version: number) => string
}

/** The same to be read: dialogues with who said what, when. */
export async function* exportAsMarkdown(
  exports: Exports,
  viewer: Viewer,
  nowMs: number,
  words: ExportWords,
): AsyncGenerator<string> {
  const { member, identities } = await exports.account(viewer.memberId)
  yield `# ${words.heading(String(member['nickname']), new Date(nowMs).toISOString().slice(0, 10))}\n\n`
  yield `## ${words.accounts}\n\n`
  for (const { platform, name } of identities) yield `- ${platform}: ${name ?? '–'}\n`
  const sum = { calls: 0, inputTokens: 0, outputTokens: 0 }
  for await (const call of usageOf(exports, viewer)) {
    sum.calls += 1
    sum.inputTokens += call.inputTokens
    sum.outputTokens += call.outputTokens
  }
  yield `\n${words.usage(sum.calls, sum.inputTokens, sum.outputTokens)}\n`
  for await (const dialogue of dialoguesOf(exports, viewer)) {
    yield '\n---\n\n'
    yield* dialogueAsMarkdown(exports, viewer, dialogue, words)
  }
}

export async function* dialogueAsMarkdown(
  exports: Exports,
  viewer: Viewer,
  dialogue: ExportedDialogue,
  words: ExportWords,
): AsyncGenerator<string> {
  const place = [dialogue.platform, dialogue.workspace, dialogue.channel && `#${dialogue.channel}`]
  yield `## ${dialogue.title}\n\n${place.filter(Boolean).join(' · ')} · ${dialogue.createdAt}\n`
  if (dialogue.scope === 'mine') yield `\n${words.mineOnly}\n`
  for await (const message of messagesOf(exports, dialogue, viewer)) {
    const author = message.role === 'assistant' ? 'Parley' : (message.author ?? '–')
    yield `\n### ${author} · ${message.sentAt}\n\n${message.redacted ? `*${words.redacted}*` : message.text}\n`
    for (const { version, text } of message.versions ?? [])
      yield `\n> ${words.earlier(version)}\n>\n${text.replaceAll(/^/gm, '> ')}\n`
  }
}
