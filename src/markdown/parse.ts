import type { Token } from 'markdown-it'
import { markdown } from './parser.ts'
import type { Align, Block, Code, Document, Inline, ListItem, Table } from './document.ts'
import { readInlines } from './inline.ts'

/**
 * Reads a model's Markdown. Never throws, takes time linear in the text, loses nothing that can be read, and
 * lets no address through that safeUrl refuses (it becomes text).
 */
export function parseMarkdown(text: string): Document {
  const lines = text.split(/\r\n?|\n/)
  const reader: Reader = { tokens: markdown.parse(text, {}), lines, at: 0 }
  return { blocks: readBlocks(reader, '') }
}

interface Reader {
  readonly tokens: readonly Token[]
  readonly lines: readonly string[]
  at: number
}

function readBlocks(reader: Reader, end: string): readonly Block[] {
  const blocks: Block[] = []
  for (;;) {
    const token = reader.tokens[reader.at++]
    if (token === undefined || token.type === end) return blocks
    const block = readBlock(reader, token)
    if (block !== undefined) blocks.push(block)
  }
}

function readBlock(reader: Reader, token: Token): Block | undefined {
  switch (token.type) {
    case 'heading_open': {
      const content = inlineOf(reader)
      reader.at++
      return { kind: 'heading', level: Number(token.tag.slice(1)), content }
    }
    case 'paragraph_open': {
      const content = inlineOf(reader)
      reader.at++
      return { kind: 'paragraph', content }
    }
    case 'bullet_list_open':
      return readList(reader, 1, false)
    case 'ordered_list_open':
      return readList(reader, Number(token.attrGet('start') ?? 1), true)
    case 'blockquote_open':
      return { kind: 'quote', blocks: readBlocks(reader, 'blockquote_close') }
    case 'fence':
      return readFence(reader, token)
    case 'code_block':
      return { kind: 'code', language: '', text: token.content.replace(/\n$/, ''), closed: true }
    case 'table_open':
      return readTable(reader)
    case 'hr':
      return { kind: 'rule' }
    case 'literal':
      return { kind: 'literal', text: token.content }
    default:
      return undefined
  }
}

function inlineOf(reader: Reader): readonly Inline[] {
  return readInlines(reader.tokens[reader.at++]?.children ?? [])
}

function readList(reader: Reader, start: number, ordered: boolean): Block {
  const items: ListItem[] = []
  let tight = true
  for (;;) {
    const token = reader.tokens[reader.at++]
    if (token === undefined || token.type !== 'list_item_open') break
    const first = reader.tokens[reader.at]
    if (first?.type === 'paragraph_open' && !first.hidden) tight = false
    const raw = first?.type === 'paragraph_open' ? reader.tokens[reader.at + 1]?.content : undefined
    items.push(readItem(reader, raw ?? ''))
  }
  return { kind: 'list', ordered, start, tight, items }
}

/** A task box at the start of an item: `[ ]` or `[x]`, and then a space or nothing. */
export const taskBox = /^\[([ xX])\](?=\s|$)/

function readItem(reader: Reader, raw: string): ListItem {
  const box = taskBox.exec(raw)
  const blocks = readBlocks(reader, 'list_item_close')
  const [first, ...rest] = blocks
  if (box === null || first?.kind !== 'paragraph') return { blocks }
  const [text, ...others] = first.content
  if (text?.kind !== 'text') return { blocks }
  const label: Inline = { kind: 'text', text: text.text.slice(3).trimStart() }
  const content = label.text === '' ? others : [label, ...others]
  return { done: box[1] !== ' ', blocks: [{ kind: 'paragraph', content }, ...rest] }
}

function readFence(reader: Reader, token: Token): Code {
  const language = /^[\w+#.-]{1,40}/.exec(token.info.trim())?.[0] ?? ''
  const fence = { marker: token.markup.startsWith('~') ? '~' : '`', length: token.markup.length } as const
  const text = token.content.replace(/\n$/, '')
  return { kind: 'code', language, text, fence, closed: isClosedFence(token, reader.lines) }
}

/** Whether a fence ends with a fence of its own, rather than with the text or with what it stands in. */
export function isClosedFence(token: Token, lines: readonly string[]): boolean {
  const [start, end] = token.map ?? [0, 0]
  const content = token.content
  const count = content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0)
  return count === end - start - 2 && (lines[end - 1] ?? '').trimEnd().endsWith(token.markup)
}

function readTable(reader: Reader): Table {
  const align: Align[] = []
  const rows: (readonly Inline[])[][] = []
  for (;;) {
    const token = reader.tokens[reader.at++]
    if (token === undefined || token.type === 'table_close') break
    if (token.type === 'tr_open') rows.push([])
    if (token.type === 'th_open') align.push(alignOf(token))
    if (token.type === 'inline') rows.at(-1)?.push(readInlines(token.children ?? []))
  }
  return { kind: 'table', align, header: rows[0] ?? [], rows: rows.slice(1) }
}

function alignOf(token: Token): Align {
  const style = String(token.attrGet('style') ?? '')
  if (style.endsWith('center')) return 'center'
  if (style.endsWith('right')) return 'right'
  return style.endsWith('left') ? 'left' : 'none'
}
