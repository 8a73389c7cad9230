import { describe, expect, it } from 'vitest'
import { titleFrom } from './dialogue.ts'

describe('the title of a dialogue', () => {
  it('is the question, on one line, without the mention', () => {
    expect(titleFrom('@Parley why did\n the export  time out?')).toBe('why did the export time out?')
  })

  it('is cut at 80 characters as a person counts them, never inside one', () => {
    const families = '👩‍👩‍👧'.repeat(100)
    const title = titleFrom(families)
    expect(title).toBe(`${'👩‍👩‍👧'.repeat(79)}…`)
  })

  it('is something to click on even when nothing was said', () => {
    expect(titleFrom('@Parley')).toBe('New dialogue')
  })
})
