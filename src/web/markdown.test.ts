import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderBlocks, renderMarkdown } from './markdown.ts'
import { scrap } from './testing/markdown-scraps.ts'
import { written } from './testing/markdown-written.ts'

describe('what Hal writes, on a page', () => {
  it.each(written)('%s', (_what, markdown, html) => expect(renderMarkdown(markdown).trim()).toBe(html))

  it('is coloured up to a size, and within a message up to another', () => {
    const block = (lines: number) => `\`\`\`ts\n${'let a = 1\n'.repeat(lines)}\`\`\`\n`
    const colours = (text: string) => renderBlocks(text).map(html => html.includes('hljs-keyword'))
    expect(colours(block(900))).toEqual([true])
    expect(colours(block(1_100))).toEqual([false])
    expect(colours(block(900).repeat(5))).toEqual([true, true, true, false, false])
    expect(colours(`\`\`\`ts\nlet a = "${'a'.repeat(400)}"\n\`\`\``)).toEqual([false])
  })
})

describe('an answer that is being written', () => {
  it('has blocks that are the whole, joined', () => {
    for (const [, markdown] of written) expect(renderBlocks(markdown).join('')).toBe(renderMarkdown(markdown))
    expect(renderBlocks('a\n\n- b\n\n```\nc\n```\n\n| d |\n|-|\n| e |')).toHaveLength(4)
  })

  it('changes no block before the last line’s with what comes', () => {
    // A name for an address may come last, and makes links of what was said before.
    const noNames = scrap.filter(text => !text.includes(']:'))
    fc.assert(
      fc.property(fc.array(noNames, { maxLength: 14, size: 'max' }), fc.nat(), (scraps, cut) => {
        const whole = scraps.join('')
        fc.pre(!/\]\s*:/.test(whole))
        const begun = whole.slice(0, cut % (whole.length + 1))
        // A line that is not whole yet may turn out to belong to the block before it.
        const settled = renderBlocks(begun).slice(0, /(?:^|\n)$/.test(begun) ? -1 : -2)
        expect(renderBlocks(whole).slice(0, settled.length)).toEqual(settled)
      }),
      { numRuns: 1_000 },
    )
  })
})

const unit = (text: string, size = 100_000) => text.repeat(Math.ceil(size / text.length))

describe('a message that is made to take long', () => {
  it.each<[string, string]>([
    ['quotes in quotes', '>'.repeat(20_000)],
    ...['[', '*', '`', '$', '|', '\\[', '\\(', '\\[a\n', '$$a\n', '![', '[a](', '<', '_a ', '&', 'a@'].map(
      (text): [string, string] => [JSON.stringify(text), unit(text)],
    ),
    ['names for addresses', `[a]: https://a.example\n\n${unit('[a] ')}`],
    ['images', unit('![a](https://a.example) ')],
    ['addresses in angle brackets', unit('<https://a ')],
    ['a label of dots', `[${unit('a.')}](https://x.example)`],
    ['fences', unit('```a\n')],
    ['lists in lists', Array.from({ length: 45 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n')],
    ['code of one word', `\`\`\`java\n${unit('$')}\n\`\`\``],
    ['code of many words', unit(`\`\`\`csharp\n${'a '.repeat(4_900)}\n\`\`\`\n`)],
    ['code full of brackets', `\`\`\`markdown\n${unit('[')}\n\`\`\``],
  ])('%s', (_, markdown) => {
    expect(renderMarkdown(`${markdown}\n\nthe end`)).toContain('the end')
  })
})
