import { raw } from 'hono/html'
import { renderMarkdown } from '../markdown.ts'

/** A message's Markdown as strangers see it: no less guarded than members see it. */
export function publishedText(text: string) {
  return raw(renderMarkdown(text))
}
