import type { Fields } from './args.ts'

/** A message as the workspace keeps it. Roots of threads have no `threadTs`; replies have their root's. */
export interface StoredMessage {
  readonly ts: string
  readonly channelId: string
  readonly threadTs?: string
  /** A reply that is shown in the channel too. */
  readonly broadcast?: boolean
  readonly userId: string
  readonly botId?: string
  readonly username?: string
  readonly text: string
  readonly dialect: 'mrkdwn' | 'markdown'
  readonly blocks: readonly Fields[]
  readonly metadata?: Fields
  readonly clientMsgId?: string
  readonly edited?: { readonly userId: string; readonly ts: string }
  /** Ephemeral: shown to this person, and in no history. */
  readonly onlyFor?: string
  readonly stream?: Stream
  /** A deleted root whose replies live on. */
  readonly tombstone?: boolean
  readonly reactions?: readonly { readonly name: string; readonly userId: string }[]
}

export interface Stream {
  readonly state: 'open' | 'completed' | 'expired' | 'stopped'
  readonly startedAtMs: number
  readonly pieces: readonly StreamPiece[]
  readonly tasks: readonly Task[]
}

/** What a stream shows, in the order in which it first came. */
export type StreamPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'task'; readonly taskId: string }
  | { readonly kind: 'plan'; readonly title: string }
  | { readonly kind: 'blocks'; readonly blocks: readonly Fields[] }

export interface Task {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly details: string
  readonly output: string
}

export type Chunk =
  | { readonly type: 'markdown_text'; readonly text: string }
  | ({ readonly type: 'task_update' } & Task)
  | { readonly type: 'plan_update'; readonly title: string }
  | { readonly type: 'blocks'; readonly blocks: readonly Fields[] }

/** The message with these chunks at the end of its open stream. */
export function withChunks(message: StoredMessage, chunks: readonly Chunk[]): StoredMessage {
  if (!message.stream) return message
  let { pieces, tasks } = message.stream
  let text = message.text
  for (const chunk of chunks) {
    if (chunk.type === 'markdown_text') text += chunk.text
    if (chunk.type === 'task_update') {
      const known = tasks.find(task => task.id === chunk.id)
      tasks = known
        ? tasks.map(task => (task === known ? merged(task, chunk) : task))
        : [...tasks, taskOf(chunk)]
      if (known) continue
    }
    pieces = withPiece(pieces, chunk)
  }
  return { ...message, text, stream: { ...message.stream, pieces, tasks } }
}

function withPiece(pieces: readonly StreamPiece[], chunk: Chunk): readonly StreamPiece[] {
  switch (chunk.type) {
    case 'markdown_text': {
      const last = pieces.at(-1)
      if (last?.kind !== 'text') return [...pieces, { kind: 'text', text: chunk.text }]
      return [...pieces.slice(0, -1), { kind: 'text', text: last.text + chunk.text }]
    }
    case 'task_update':
      return [...pieces, { kind: 'task', taskId: chunk.id }]
    case 'plan_update':
      return [...pieces.filter(piece => piece.kind !== 'plan'), { kind: 'plan', title: chunk.title }]
    case 'blocks':
      return [...pieces, { kind: 'blocks', blocks: chunk.blocks }]
  }
}

const taskOf = ({ id, title, status, details, output }: Task): Task => ({
  id,
  title,
  status,
  details,
  output,
})

/** A later update replaces title and status, and adds to details and output: recorded from the real Slack. */
const merged = (task: Task, update: Task): Task => ({
  ...taskOf(update),
  details: task.details + update.details,
  output: task.output + update.output,
})
