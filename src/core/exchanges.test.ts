import { expect, it } from 'vitest'
import { buildWindow, countMessage, type WindowMessage, type WindowRequest } from './context-window.ts'
import { parseEnvelope } from './speaker.ts'

const agent = { name: 'Hal', instructions: 'Be brief.', contextTokens: 4_000, maxTokens: 200, exchanges: 2 }

function say(position: number, text: string, role: WindowMessage['role'] = 'user'): WindowMessage {
  const counted = countMessage({ role, text, files: [], sentAtMs: 0 }, new Map())
  return {
    position,
    role,
    atMs: 0,
    files: [],
    ...counted,
    ...(role === 'user' ? { speaker: { id: '1', name: 'Ada' } } : {}),
  }
}

/** `count` exchanges and a question after them, read back by pages. */
function talked(count: number, between: readonly WindowMessage[] = []) {
  const said = Array.from({ length: count }, (_, at) => [
    say(at * 10 + 1, `question ${at + 1}`),
    say(at * 10 + 2, `answer ${at + 1}`, 'assistant'),
  ]).flat()
  const question = say(count * 10 + 1, 'now?')
  const newestFirst = [...said, ...between, question].toSorted((a, b) => b.position - a.position)
  let rows = 0
  const readHistory: WindowRequest['readHistory'] = async (before, limit) => {
    const page = newestFirst.filter(({ position }) => position < before).slice(0, limit)
    rows += page.length
    return page
  }
  return { asked: [question], readHistory, rows: () => rows }
}

const texts = ({ messages }: Awaited<ReturnType<typeof buildWindow>>) =>
  messages.slice(1).map(({ content }) => parseEnvelope(content)?.text ?? content)

it('an agent that remembers two exchanges is given those, and what was asked', async () => {
  const window = await buildWindow({ agent, ...talked(5) })
  expect(texts(window)).toEqual(['question 4', 'answer 4', 'question 5', 'answer 5', 'now?'])
  expect(window.uncovered).toEqual({ messages: [], complete: true })
})

it('what else was said is of the exchange that follows it, and two answers in a row are of one', async () => {
  const between = [say(25, 'I, too'), say(33, 'and more', 'assistant')]
  const window = await buildWindow({ agent, ...talked(4, between) })
  expect(texts(window)).toEqual([
    'question 3',
    'answer 3',
    'I, too',
    'question 4',
    'answer 4',
    'and more',
    'now?',
  ])
})

it('a summary of what is older is not given', async () => {
  const summary = { text: 'It began long ago.', tokens: 6, throughPosition: 21, messages: 6 }
  const window = await buildWindow({ agent, summary, ...talked(5) })
  expect(texts(window).join()).not.toContain('long ago')
  expect(window.receipt.tokens.summary).toBe(0)
})

it('a long dialogue costs no more than a short one', async () => {
  const long = talked(2_000)
  const window = await buildWindow({ agent, ...long })
  expect(texts(window)).toHaveLength(5)
  expect(long.rows()).toBeLessThanOrEqual(50)
})
