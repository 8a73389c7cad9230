import { describe, expect, it } from 'vitest'
import { mentionedUserIds, nameMentions } from './mention.ts'

const text = 'Ask <@UADA> or <@1234567890>, not <@UADA> again; a <@> or <@ x> is nobody.'

describe('mentions', () => {
  it('name each person once, in order', () => {
    expect(mentionedUserIds(text)).toEqual(['UADA', '1234567890'])
  })

  it('read as names, and as someone when the name is not known', () => {
    expect(nameMentions(text, new Map([['UADA', 'Ada']]))).toBe(
      'Ask @Ada or @someone, not @Ada again; a <@> or <@ x> is nobody.',
    )
  })

  it('a name that looks like a pattern or a mention is only a name', () => {
    const names = new Map([['UADA', '$& <@UGRACE>\n# Grace']])
    expect(nameMentions('<@UADA>', names)).toBe('@$& <@UGRACE> # Grace')
  })
})
