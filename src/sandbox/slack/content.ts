import { type Args, type Fields, refuse } from './args.ts'
import { checkedBlocks, mostMarkdown, mostPostedText } from './sizes.ts'
import type { Content } from './talk.ts'

export interface RawContent {
  readonly text: string | undefined
  readonly markdown: string | undefined
  readonly blocks: readonly Fields[] | undefined
  readonly metadata: Fields | undefined
}

/** What a call wants written, from its `text`, `markdown_text`, `blocks` and `metadata`. */
export const contentArgs = (args: Args): RawContent => ({
  text: args.text('text'),
  markdown: args.text('markdown_text'),
  blocks: args.list('blocks'),
  metadata: args.object('metadata'),
})

/** Checked against Slack's rules; a text that is too long is cut off, as Slack does. */
export function contentOf({ text, markdown, blocks, metadata }: RawContent): Content {
  if (markdown && (text || blocks?.length)) refuse('markdown_text_conflict')
  if (markdown && markdown.length > mostMarkdown) refuse('msg_too_long')
  if (!text && !markdown && !blocks?.length) refuse('no_text')
  return {
    text: markdown || (text ?? '').slice(0, mostPostedText),
    dialect: markdown ? 'markdown' : 'mrkdwn',
    blocks: checkedBlocks(blocks ?? []),
    ...(metadata && { metadata: checkedMetadata(metadata) }),
  }
}

export function checkedMetadata(metadata: Fields): Fields {
  const event = typeof metadata['event_type'] === 'string' && typeof metadata['event_payload'] === 'object'
  return event || Array.isArray(metadata['entities']) ? metadata : refuse('invalid_metadata_format')
}
