import { describe, expect, test } from 'vitest'
import { answerTo } from './answer.ts'
import type { ChatMessage } from './chat-request.ts'

const instructions: ChatMessage = { role: 'system', content: 'You are Parley, a teammate.' }

function says(name: string, text: string): ChatMessage {
  return { role: 'user', content: `<message from="${name}" at="10:58">\n${text}\n</message>` }
}

function answers(text: string): ChatMessage {
  return { role: 'assistant', content: text }
}

const thread = [
  instructions,
  says('Ada', 'The deploy of Tuesday broke the login page.'),
  answers('Noted.'),
  says('Grace', 'I rolled it back at noon.'),
]

const asked = (...messages: readonly ChatMessage[]) => answerTo(messages).text

describe('the practice model', () => {
  test('says what it is, who asked, what it was given, and what to try next', () => {
    expect(asked(instructions, says('Ada', '@Parley what changed since Tuesday?'))).toBe(
      [
        'Hello Ada. I am the practice model, so I only know this thread and cannot look anything up.',
        'I was given 1 message: 1 from Ada. Ada asked last:',
        '> what changed since Tuesday?',
        'To see that I follow a thread, ask me next *what did I say first?* or *which messages were you given?* Other words to try: *long answer*, *table*, *slow*, *fail*.',
      ].join('\n\n'),
    )
  })

  test('suggests nothing later, and counts everyone’s messages', () => {
    const text = asked(...thread, says('Linus', 'Shall we go home?'))
    expect(text).toBe(
      [
        'I am the practice model, so I only know this thread.',
        'I was given 4 messages: 1 from Ada, 1 of my own, 1 from Grace and 1 from Linus. Linus asked last:',
        '> Shall we go home?',
      ].join('\n\n'),
    )
  })

  test('finds what was said earlier about the question', () => {
    expect(asked(...thread, says('Linus', 'Is the login page fine again?'))).toContain(
      'This may belong to it; Ada said earlier:\n\n> The deploy of Tuesday broke the login page.',
    )
  })

  test.each([
    [
      'what did I say first?',
      'The first thing you said here:\n\n> The deploy of Tuesday broke the login page.',
    ],
    ['what did Grace say?', '**Grace** said:\n\n> I rolled it back at noon.'],
    ['Who said "noon"?', '**Grace** said:\n\n> I rolled it back at noon.'],
    ['who mentioned bananas?', 'Nobody said “bananas” in the messages I was given.'],
    ['who spoke in this thread?', 'In what I was given, Ada and Grace spoke.'],
    ['Who am I?', 'You are **Ada**; the message I was given says so.'],
    ['how many messages are here?', 'I was given 4 messages: 2 from Ada, 1 of my own and 1 from Grace.'],
    [
      'summarize please',
      'In short, from the messages I was given:\n\n- **Ada**: The deploy of Tuesday broke the login page.\n- **Grace**: I rolled it back at noon.',
    ],
  ])('answers “%s” from the thread', (question, answer) => {
    expect(asked(...thread, says('Ada', question))).toBe(answer)
  })

  test('says so when the asker has said nothing before', () => {
    expect(asked(...thread, says('Linus', 'what did I say first?'))).toBe(
      'I was given no earlier message of yours.',
    )
  })

  test.each(['what did you see?', 'Which messages were you given?', 'show messages'])(
    'shows on “%s” exactly the messages it was given',
    question => {
      expect(asked(...thread, says('Ada', question))).toBe(
        [
          'I was given exactly 5 messages:',
          '',
          '| # | Role | Speaker | First 80 characters |',
          '| ---: | --- | --- | --- |',
          '| 1 | system | – | You are Parley, a teammate. |',
          '| 2 | user | Ada | The deploy of Tuesday broke the login page. |',
          '| 3 | assistant | – | Noted. |',
          '| 4 | user | Grace | I rolled it back at noon. |',
          `| 5 | user | Ada | ${question} |`,
        ].join('\n'),
      )
    },
  )

  test('reads escaped envelopes, several in one message, further attributes, and none at all', () => {
    const several = `<message at='9:00' from='Ada &quot;Countess&quot; L' edited="yes">1 &lt; 2 &amp;&#33;</message>\n<message from="Hal" bot="true">\nbeep | boop\n</message>`
    const text = asked({ role: 'user', content: several }, { role: 'user', content: 'show messages' })
    expect(text.split('\n').slice(4)).toEqual([
      '| 1 | user | Ada "Countess" L | 1 \\< 2 &! |',
      '| 2 | user | Hal | beep \\| boop |',
      '| 3 | user | – | show messages |',
    ])
  })

  test.each([800, 6_000, 15_000])('writes about %i characters when told to, always the same', length => {
    const question = says('Ada', `write ${length} characters`)
    const text = asked(question)
    expect(text.length).toBeGreaterThanOrEqual(length)
    expect(text.length).toBeLessThan(length + 3_000)
    expect(asked(question)).toBe(text)
  })

  test('a long answer has headings, a list, a table, and code longer than one Discord message', () => {
    const text = asked(says('Ada', 'a long answer please'))
    expect(text).toMatch(/^## Section 2$/m)
    expect(text).toMatch(/^- Second point$/m)
    expect(text).toMatch(/^\| --- \| ---: \|$/m)
    expect(
      Math.max(...[...text.matchAll(/^```js\n[\s\S]*?\n```$/gm)].map(([block]) => block.length)),
    ).toBeGreaterThan(2_000)
  })

  test('writes as many paragraphs as it is told', () => {
    expect(asked(says('Ada', 'write 3 paragraphs')).split('\n\n')).toHaveLength(3)
  })

  test('slow is slow, fail fails, and neither word does so within a question', () => {
    expect(answerTo([says('Ada', 'slow')]).slowness).toBe(10)
    expect(answerTo([says('Ada', '<@U0PARLEY> fail')]).fails).toBe(true)
    expect(answerTo([says('Ada', 'why did the deploy fail?')])).toMatchObject({ fails: false, slowness: 1 })
    expect(answerTo([says('Ada', 'why is the page slow?')])).toMatchObject({ fails: false, slowness: 1 })
  })

  test('summarizes tersely when its instructions ask for a summary', () => {
    const summary = asked(
      { role: 'system', content: 'Write a summary of this thread.\nBe brief.' },
      ...thread.slice(1),
    )
    expect(summary).toBe(
      'Ada: The deploy of Tuesday broke the login page.\nParley: Noted.\nGrace: I rolled it back at noon.',
    )
  })
})
