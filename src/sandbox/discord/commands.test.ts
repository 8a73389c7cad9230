import { describe, expect, it } from 'vitest'
import { readTyped } from './commands.ts'

const prompt = { type: 3, name: 'prompt', required: true }
const ask = {
  options: [prompt, { type: 3, name: 'model' }, { type: 4, name: 'words' }, { type: 5, name: 'private' }],
}

describe('what is typed after a slash command', () => {
  it('is the first text option, but for options that are named', () => {
    expect(readTyped(ask, 'why is it: blue? model:small words:50 private:True')).toEqual({
      options: [
        { type: 3, name: 'prompt', value: 'why is it: blue?' },
        { type: 3, name: 'model', value: 'small' },
        { type: 4, name: 'words', value: 50 },
        { type: 5, name: 'private', value: true },
      ],
    })
  })

  it('may name every option', () => {
    expect(readTyped(ask, 'model:small prompt:why?')).toEqual({
      options: [
        { type: 3, name: 'prompt', value: 'why?' },
        { type: 3, name: 'model', value: 'small' },
      ],
    })
  })

  it('lacks what is required, or names no subcommand', () => {
    expect(readTyped(ask, 'model:small')).toEqual({ missing: 'prompt' })
    const tree = {
      options: [
        { type: 1, name: 'ask', options: [prompt] },
        { type: 1, name: 'stop' },
      ],
    }
    expect(readTyped(tree, 'dance')).toEqual({ missing: 'ask or stop' })
    expect(readTyped(tree, 'stop')).toEqual({ options: [{ type: 1, name: 'stop', options: [] }] })
    expect(readTyped({}, 'nothing is asked')).toEqual({ options: [] })
  })
})
