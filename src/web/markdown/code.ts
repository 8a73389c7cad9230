import hljs from 'highlight.js/lib/common'
import type { MarkdownIt } from 'markdown-it'

/** Longer blocks are shown without colour: finding it costs more than it gives. */
const longestColoured = 20_000

/** While an answer is written its finished blocks are asked for again with each word that comes. */
const coloured = new Map<string, string>()
const rememberedBlocks = 200

/** Code in colour by classes, under the name of its language. */
export function colourCode(markdown: MarkdownIt): void {
  const { escapeHtml } = markdown.utils
  const block = (text: string, info: string) => {
    const language = /^[\w+#.-]{1,30}/.exec(info.trim())?.[0] ?? ''
    return `<figure class="code"><figcaption>${escapeHtml(language)}</figcaption><pre tabindex="0"><code class="hljs">${colour(text, language) ?? escapeHtml(text)}</code></pre></figure>\n`
  }
  markdown.renderer.rules['fence'] = (tokens, index) =>
    block(tokens[index]?.content ?? '', tokens[index]?.info ?? '')
  markdown.renderer.rules['code_block'] = (tokens, index) => block(tokens[index]?.content ?? '', '')
}

/** Undefined where there is no colour to give. */
function colour(text: string, language: string): string | undefined {
  if (language === '' || !hljs.getLanguage(language) || text.length > longestColoured) return undefined
  const key = `${language} ${text}`
  const known = coloured.get(key)
  if (known !== undefined) return known
  const made = hljs.highlight(text, { language, ignoreIllegals: true }).value
  const [oldest] = coloured.keys()
  if (coloured.size >= rememberedBlocks && oldest !== undefined) coloured.delete(oldest)
  coloured.set(key, made)
  return made
}
