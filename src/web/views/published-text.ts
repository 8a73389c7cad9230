import { raw } from 'hono/html'
import MarkdownIt from 'markdown-it'

/** Without raw HTML and images: a picture of another site tells it who reads. Links go only where markdown-it allows. */
const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true }).disable('image')

markdown.renderer.rules['link_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'nofollow noopener noreferrer')
  return self.renderToken(tokens, index, options)
}

/** A message's Markdown as strangers see it. */
export function publishedText(text: string) {
  return raw(markdown.render(text))
}
