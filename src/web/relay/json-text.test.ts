import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withMembers } from './json-text.ts'

describe('an object that is changed as text', () => {
  it('is what it would be if it were read, changed and written, whatever is in it', () => {
    const values = fc.jsonValue()
    const objects = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('user', 'model', 'a"b\\')), values)
    const spaces = fc.constantFrom(undefined, 1, '\t', ' \n')
    fc.assert(
      fc.property(
        objects,
        fc.dictionary(fc.constantFrom('user', 'model', 'new', 'a"b\\'), values),
        spaces,
        (object, changes, space) => {
          const text = JSON.stringify(object, null, space)
          const changed = withMembers(text, new Map(Object.entries(changes)), object)
          expect(JSON.parse(changed)).toEqual(JSON.parse(JSON.stringify({ ...object, ...changes })))
        },
      ),
    )
  })

  it('keeps everything else as it was written', () => {
    const text = '{ "seed": 12345678901234567890, "user" : "Ada", "x":1.0, "deep": {"user": "\\u00e9}"} }'
    expect(withMembers(text, new Map([['user', 'id']]), JSON.parse(text))).toBe(text.replace('"Ada"', '"id"'))
  })

  it('changes a member that stands there twice twice', () => {
    const text = '{"user":"one","user":"two"}'
    expect(withMembers(text, new Map([['user', 'x']]), JSON.parse(text))).toBe('{"user":"x","user":"x"}')
  })
})
