import { describe, expect, it } from 'vitest'
import { mentionsOf, typedMentions } from './mentions.ts'
import { ada, grace } from './testing/bot.ts'

describe('mentions', () => {
  it('are made from typed names, where a name stands alone', () => {
    expect(typedMentions('@Ada, ask @Parley; not a@Ada.dev, @Adam or <@Ada>')).toBe(
      `<@${ada}>, ask <@300000000000000001>; not a@Ada.dev, @Adam or <@Ada>`,
    )
  })

  it('ping once each, and only those that may be pinged', () => {
    const text = `<@${ada}> <@!${ada}> <@${grace}> <@100000000000000009> @here`
    expect(mentionsOf(text, undefined)).toEqual({
      mentionIds: [ada, grace],
      mentionRoleIds: [],
      mentionEveryone: true,
    })
    expect(mentionsOf(text, { parse: ['everyone'], users: [grace] }, ada)).toEqual({
      mentionIds: [grace],
      mentionRoleIds: [],
      mentionEveryone: true,
    })
    expect(mentionsOf('yes', { parse: [], replied_user: true }, ada).mentionIds).toEqual([ada])
  })
})
