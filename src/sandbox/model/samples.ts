/** Fixed texts for trying how Markdown, splitting and pace look on a platform. */
export const codeSample = [
  'A small function, with its language named:',
  '',
  '```ts',
  'function greet(name: string): string {',
  '  return `Good morning, ${name}!`',
  '}',
  '',
  "greet('Ada') // Good morning, Ada!",
  '```',
  '',
  'Inline code such as `greet()` works, too.',
].join('\n')

export const tableSample = [
  'A table with numbers on the right:',
  '',
  '| Place | Messages | Threads |',
  '| :--- | ---: | ---: |',
  '| #support | 42 | 7 |',
  '| #eng | 128 | 19 |',
  '| #lounge | 9 | 1 |',
  '',
  'The numbers are made up.',
].join('\n')

export const slowSample = [
  'I am writing this slowly, so that you can try **Stop** while I do.',
  'What is already here stays when you stop me, and the thread says who stopped it.',
  'If you let me go on, I finish in about half a minute, and nothing else happens.',
  'One more sentence, and another one after it, so that there is time to reach the button.',
  'That was all.',
].join(' ')

export const failSample = 'I begin this answer as usual, and in the middle of it'

const sentences = [
  'This paragraph is here to give the answer its length.',
  'It reads the same every time, so two runs can be compared.',
  'A message on a platform has a limit, and a long answer is cut at a quiet place before it.',
  'Words with *emphasis*, **weight** and `code` are spread through it.',
  'So are links such as [the example domain](https://example.com/).',
  'Nothing in it is a fact about anything.',
]

/** Markdown of about `length` characters, the same for the same length. */
export function longSample(length: number): string {
  const blocks = [`Here are about ${length} characters, in sections.`]
  let written = 0
  for (let section = 1; written < length; section += 1) {
    for (const block of blocksOf(section)) {
      if (written >= length) break
      blocks.push(block)
      written += block.length + 2
    }
  }
  return blocks.join('\n\n')
}

export function paragraphs(count: number): string {
  return Array.from({ length: count }, (_, index) => paragraph(index)).join('\n\n')
}

function blocksOf(section: number): readonly string[] {
  return [
    `## Section ${section}`,
    paragraph(section),
    [
      `- First point of section ${section}`,
      '- Second point',
      '  - with a point below it',
      '- Third point',
    ].join('\n'),
    // The second section's block is longer than one Discord message, to try splitting within code.
    codeBlock(section === 2 ? 80 : 6),
    paragraph(section + 2),
    [
      '| Step | Result |',
      '| --- | ---: |',
      `| ${section}.1 | ${section * 7} |`,
      `| ${section}.2 | ${section * 11} |`,
    ].join('\n'),
    paragraph(section + 4),
  ]
}

function paragraph(seed: number): string {
  return sentences.map((_, index) => sentences[(seed + index) % sentences.length]).join(' ')
}

function codeBlock(lines: number): string {
  const body = Array.from({ length: lines }, (_, index) => `line(${index + 1}) // of ${lines}, all short`)
  return ['```js', ...body, '```'].join('\n')
}
