import { type Fields, isFields, textOf } from './args.ts'
import type { StoredMessage, Task } from './message.ts'

type Dialect = StoredMessage['dialect']

/** What a person reads: a message with blocks shows its blocks, and its `text` only where there are none. */
export function shownText(message: StoredMessage): { readonly text: string; readonly dialect: Dialect } {
  if (message.stream && !message.edited) {
    return {
      text: joined([streamedText(message), ...message.blocks.map(block => blockText(block, 'markdown'))]),
      dialect: 'markdown',
    }
  }
  if (message.blocks.length === 0) return { text: message.text, dialect: message.dialect }
  const dialect = message.blocks.some(({ type }) => type === 'markdown') ? 'markdown' : 'mrkdwn'
  return { text: joined(message.blocks.map(block => blockText(block, dialect))), dialect }
}

const joined = (texts: readonly string[]) => texts.filter(text => text !== '').join('\n\n')

function streamedText({ stream }: StoredMessage): string {
  const tasks = stream?.tasks ?? []
  const texts = (stream?.pieces ?? []).map(piece => {
    switch (piece.kind) {
      case 'text':
        return piece.text
      case 'task':
        return taskLine(tasks.find(({ id }) => id === piece.taskId))
      case 'plan':
        return `\n\n**${piece.title}**\n\n`
      case 'blocks':
        return `\n\n${joined(piece.blocks.map(block => blockText(block, 'markdown')))}\n\n`
    }
  })
  return texts.join('')
}

const signs: Readonly<Record<string, string>> = { pending: '○', in_progress: '◐', complete: '✓', error: '✗' }

function taskLine(task: Task | undefined): string {
  if (!task) return ''
  const rest = [task.details, task.output].filter(text => text !== '').join(' · ')
  return `\n\n_${signs[task.status] ?? ''} ${task.title}${rest && `: ${rest}`}_\n\n`
}

function blockText(block: Fields, dialect: Dialect): string {
  switch (block['type']) {
    case 'markdown':
      return textOf(block['text'])
    case 'header':
      return bold(innerText(block['text'], dialect), dialect)
    case 'section':
      return [block['text'], ...listOf(block['fields'])]
        .map(text => innerText(text, dialect))
        .join('\n')
        .trim()
    case 'context':
      return listOf(block['elements'])
        .map(element => innerText(element, dialect))
        .join(' ')
    case 'divider':
      return '———'
    case 'task_card':
    case 'plan':
      return textOf(block['title'])
    case 'rich_text':
      return everyText(block)
    default:
      return ''
  }
}

const bold = (text: string, dialect: Dialect) => (dialect === 'markdown' ? `**${text}**` : `*${text}*`)

function innerText(text: unknown, dialect: Dialect): string {
  if (!isFields(text)) return ''
  const inner = textOf(text['text'])
  return text['type'] === 'mrkdwn' && dialect === 'markdown' ? toMarkdown(inner) : inner
}

/** Enough of mrkdwn for the footers and notices that stand beside Markdown. */
const toMarkdown = (mrkdwn: string) =>
  mrkdwn
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, '[$2]($1)')
    .replace(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, '**$1**')

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function everyText(value: unknown): string {
  if (Array.isArray(value)) return value.map(everyText).join('')
  if (!isFields(value)) return ''
  return textOf(value['text']) + everyText(value['elements'])
}
