import type { SeenMessage } from '../player.ts'
import { discordMarkdownHtml, slackMarkdownHtml } from './markdown.ts'
import { mrkdwnHtml } from './mrkdwn.ts'
import { namesOn } from './names.ts'

/** An open page shows some 200 messages; several pages look at the same ones. */
const keep = 1_000

const rendered = new Map<string, string>()

/** A message's text as HTML that is safe to put on the page, whatever the text is. Made once per text. */
export function messageHtml({ text, dialect }: Pick<SeenMessage, 'text' | 'dialect'>): string {
  const key = `${dialect}\n${text}`
  const known = rendered.get(key)
  if (known !== undefined) return known
  const html = make(text, dialect)
  const [oldest] = rendered.keys()
  if (rendered.size >= keep && oldest !== undefined) rendered.delete(oldest)
  rendered.set(key, html)
  return html
}

function make(text: string, dialect: SeenMessage['dialect']): string {
  switch (dialect) {
    case 'markdown':
      return slackMarkdownHtml(text, namesOn.slack)
    case 'mrkdwn':
      return mrkdwnHtml(text, namesOn.slack)
    case 'discord':
      return discordMarkdownHtml(text, namesOn.discord)
  }
}
