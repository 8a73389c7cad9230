import { describe, expect, it } from 'vitest'
import { stableMarkdown } from './stable.ts'

const pangram = 'Grace keeps writing and writing until the line is longer than any table header'

const written: readonly (readonly [what: string, text: string, stable: string])[] = [
  ['nothing of nothing', '', ''],
  ['nothing of a short line', 'Grace was', ''],
  ['a short line once it is finished', 'Grace was\n', 'Grace was'],
  ['whole words of a long line', `${pangram} was he`, `${pangram} was`],
  ['text before unfinished bold', `${pangram} **was here`, pangram],
  ['finished bold', `${pangram} **was** here`, `${pangram} **was**`],
  ['text before unfinished code', `${pangram} \`was here`, pangram],
  ['text before an unfinished link', `${pangram} [was here](https://x.exam`, pangram],
  ['a bracket that is none', `${pangram} [1] was`, `${pangram} [1]`],
  [
    'a bracket that reached its bound',
    `${pangram} [${'word '.repeat(120)}`,
    `${pangram} [${'word '.repeat(120).trim()}`,
  ],
  ['a price', `${pangram} cost $5 or so`, `${pangram} cost $5 or`],
  ['an address only when it is finished', `${pangram} https://x.example/a_`, pangram],
  ['Chinese without spaces', '格'.repeat(80), '格'.repeat(79)],
  ['an open code block letter by letter', '```ts\nlet a\nlet b', '```ts\nlet a\nlet b'],
  ['an open code block but not what may close it', '```ts\nlet a\n``', '```ts\nlet a\n'],
  ['a closed code block', '```ts\nlet a\n```\n', '```ts\nlet a\n```\n'],
  ['no unfinished table', 'Ada:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n', 'Ada:\n\n'],
  ['a table once it is over', '| a | b |\n|---|---|\n| 1 | 2 |\n\n', '| a | b |\n|---|---|\n| 1 | 2 |\n\n'],
  ['no line that may head a table', 'Ada\n| a | b |\n', 'Ada'],
  ['items as they come', '- one\n- two\n- thr', '- one\n- two\n'],
  ['words of a long item', `- one\n- ${pangram} was`, `- one\n- ${pangram}`],
  ['no heading before its end', 'Ada\n\n# Gra', 'Ada\n\n'],
  ['a heading', '# Grace\n', '# Grace\n'],
  ['lines of a quote', '> one\n> tw', '> one'],
]

describe('what a stream may show', () => {
  it.each(written)('%s', (_what, text, stable) => expect(stableMarkdown(text)).toBe(stable))

  it('keeps up with an ordinary answer', () => {
    const answer = `# Plan\n\n${`${pangram}, with **bold**, \`code\` and [a link](https://x.example). `.repeat(10)}\n\n- one\n- two\n\n\`\`\`ts\n${'let a = 1\n'.repeat(20)}\`\`\`\n`
    for (let length = 1; length <= answer.length; length++) {
      expect(length - stableMarkdown(answer.slice(0, length)).length).toBeLessThan(80)
    }
    expect(stableMarkdown(answer)).toBe(answer)
  })

  it.each(['[', '*a ', '`', '> ', '- ', '|', '\\(', 'http://', '$a', '```\n', 'a ', '[a]( '])(
    'takes 200,000 characters of %j in its stride',
    part => {
      const text = part.repeat(200_000 / part.length)
      expect(text.startsWith(stableMarkdown(text))).toBe(true)
    },
  )
})
