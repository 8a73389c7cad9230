import type { ReadHistory } from './context-window.ts'

/**
 * The same history, of which only the last so many exchanges are left: answers with what was asked before each. Reading
 * ends at the first message of an older one, so that a long thread costs no more than a short one.
 */
export function lastExchanges(readHistory: ReadHistory, exchanges: number): ReadHistory {
  let answers = 0
  let isOver = false
  let previous: 'user' | 'assistant' | undefined
  return async (beforePosition, limit) => {
    if (isOver) return []
    const page = await readHistory(beforePosition, limit)
    const taken = page.findIndex(({ role }) => {
      // Two answers in a row, as after a failure, are of one exchange.
      if (role === 'assistant' && previous !== 'assistant') answers += 1
      previous = role
      return answers > exchanges
    })
    if (taken === -1) return page
    isOver = true
    return page.slice(0, taken)
  }
}
