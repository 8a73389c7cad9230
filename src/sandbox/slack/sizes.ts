import { randomBytes } from 'node:crypto'
import { type Fields, isFields, refuse, textOf } from './args.ts'
import type { Chunk } from './message.ts'

/** Slack's limits on what a message may hold, in characters; enforced whatever the rate limits are set to. */
export const mostMarkdown = 12_000
/** Beyond this a posted text is cut off without an error. */
export const mostPostedText = 40_000
/** chat.update documents msg_too_long above this, though chat.postMessage takes ten times as much. */
export const mostUpdatedText = 4_000
/** Undocumented: payloads of blocks were seen to fail near this total (bolt-js#2509). */
const mostBlockText = 13_200
const mostBlocks = 50
const mostSectionText = 3_000
const mostHeaderText = 150
const mostActions = 25
const mostId = 255
const mostTaskText = 256

const knownBlocks = new Set(
  (
    'markdown section header divider context actions image input rich_text table video file context_actions ' +
    'task_card plan alert card carousel container data_table call'
  ).split(' '),
)

/** The blocks as Slack stores them, each with an id; refused when they break a documented limit. */
export function checkedBlocks(blocks: readonly Fields[]): readonly Fields[] {
  if (blocks.length > mostBlocks)
    refuse('invalid_blocks', `[ERROR] no more than ${mostBlocks} items allowed [json-pointer:/blocks]`)
  for (const [index, block] of blocks.entries()) checkBlock(block, index)
  const markdown = blocks
    .filter(({ type }) => type === 'markdown')
    .reduce((sum, { text }) => sum + textOf(text).length, 0)
  if (markdown > mostMarkdown || textLength(blocks) > mostBlockText) refuse('msg_blocks_too_long')
  const ids = blocks.flatMap(({ block_id }) => (typeof block_id === 'string' ? [block_id] : []))
  if (new Set(ids).size < ids.length) refuse('invalid_blocks', '[ERROR] `block_id` already exists')
  return blocks.map(block => ({ block_id: randomBytes(3).toString('base64url'), ...block }))
}

function checkBlock(block: Fields, index: number): void {
  const wrong = (problem: string) =>
    refuse('invalid_blocks', `[ERROR] ${problem} [json-pointer:/blocks/${index}]`)
  const { type, block_id, text, elements } = block
  if (typeof type !== 'string') return refuse('invalid_blocks_format')
  if (!knownBlocks.has(type)) wrong(`unsupported type: ${type}`)
  if (textOf(block_id).length > mostId) wrong(`must be less than ${mostId + 1} characters: block_id`)
  if (type === 'markdown' && textOf(text) === '') wrong('missing required field: text')
  const inner = isFields(text) ? textOf(text['text']) : ''
  if (type === 'section' && inner === '' && !Array.isArray(block['fields']))
    wrong('missing required field: text')
  if (type === 'section' && inner.length > mostSectionText)
    wrong(`must be less than ${mostSectionText + 1} characters: text`)
  if (type === 'header' && inner.length > mostHeaderText)
    wrong(`must be less than ${mostHeaderText + 1} characters: text`)
  if (type !== 'actions') return
  if (!Array.isArray(elements) || elements.length === 0) return wrong('missing required field: elements')
  if (elements.length > mostActions) wrong(`no more than ${mostActions} items allowed: elements`)
  const actionIds = elements.flatMap((element: unknown) =>
    isFields(element) ? [textOf(element['action_id'])] : [],
  )
  if (actionIds.some(id => id.length > mostId)) wrong(`must be less than ${mostId + 1} characters: action_id`)
}

/** Every `text` in the tree, added up. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0)
  if (!isFields(value)) return 0
  return Object.entries(value).reduce(
    (sum, [name, inner]) =>
      sum + (name === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  )
}

const taskStatuses = ['pending', 'in_progress', 'complete', 'error']

/** What one streaming call brings, from its two spellings; refused when a chunk is malformed or too long. */
export function checkedChunks(
  markdown: string | undefined,
  chunks: readonly Fields[] | undefined,
): readonly Chunk[] {
  const parsed = (chunks ?? []).map(parseChunk)
  const all: readonly Chunk[] = markdown ? [{ type: 'markdown_text', text: markdown }, ...parsed] : parsed
  if (markdownLength(all) > mostMarkdown) refuse('msg_too_long')
  return all
}

export const markdownLength = (chunks: readonly Chunk[]): number =>
  chunks.reduce((sum, chunk) => sum + (chunk.type === 'markdown_text' ? chunk.text.length : 0), 0)

function parseChunk(chunk: Fields, index: number): Chunk {
  const wrong = (problem: string) =>
    refuse('invalid_chunks', `[ERROR] ${problem} [json-pointer:/chunks/${index}]`)
  const short = (name: string) => {
    const text = textOf(chunk[name])
    return text.length > mostTaskText
      ? wrong(`must be less than ${mostTaskText + 1} characters: ${name}`)
      : text
  }
  switch (chunk['type']) {
    case 'markdown_text':
      return typeof chunk['text'] === 'string'
        ? { type: 'markdown_text', text: chunk['text'] }
        : wrong('missing required field: text')
    case 'task_update': {
      const status = textOf(chunk['status'])
      if (!textOf(chunk['id']) || !textOf(chunk['title'])) return wrong('missing required field: id, title')
      if (!taskStatuses.includes(status)) return wrong('invalid value for status')
      const texts = { title: short('title'), details: short('details'), output: short('output') }
      return { type: 'task_update', id: textOf(chunk['id']), status, ...texts }
    }
    case 'plan_update':
      return textOf(chunk['title'])
        ? { type: 'plan_update', title: short('title') }
        : wrong('missing required field: title')
    case 'blocks': {
      const { blocks } = chunk
      if (!Array.isArray(blocks) || !blocks.every(isFields)) return wrong('missing required field: blocks')
      return { type: 'blocks', blocks: checkedBlocks(blocks) }
    }
    default:
      return wrong('unsupported type')
  }
}
