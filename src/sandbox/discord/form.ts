import { invalidField } from './errors.ts'

export type Json = Readonly<Record<string, unknown>>

/** Reads the fields of a request's body one by one, refusing as Discord does ("Invalid Form Body"). */
export interface Form {
  has(key: string): boolean
  text(key: string, limits?: { readonly min?: number; readonly max?: number }): string | undefined
  number(key: string): number | undefined
  flag(key: string): boolean | undefined
  list(key: string, max?: number): readonly unknown[] | undefined
  form(key: string): Form | undefined
  /** The raw object, to be stored as it came. */
  readonly json: Json
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value when it is text, else nothing. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function readForm(body: unknown, path: readonly string[] = []): Form {
  if (!isJson(body)) throw invalidField(path, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used.')
  const at = (key: string) => [...path, key]
  const given = (key: string) => body[key] ?? undefined
  return {
    json: body,
    has: key => body[key] !== undefined,
    text(key, limits = {}) {
      const value = given(key)
      if (value === undefined) return undefined
      if (typeof value !== 'string')
        throw invalidField(at(key), 'STRING_TYPE_CONVERT', 'Only strings may be used.')
      checkLength(at(key), value, limits)
      return value
    },
    number(key) {
      const value = given(key)
      if (value === undefined) return undefined
      if (!Number.isInteger(Number(value)))
        throw invalidField(at(key), 'NUMBER_TYPE_COERCE', 'Value is not int.')
      return Number(value)
    },
    flag: key => (given(key) === undefined ? undefined : given(key) === true),
    list(key, max) {
      const value = given(key)
      if (value === undefined) return undefined
      if (!Array.isArray(value))
        throw invalidField(at(key), 'LIST_TYPE_CONVERT', 'Only iterables may be used.')
      if (max !== undefined && value.length > max) throw tooLong(at(key), max)
      return value
    },
    form: key => (given(key) === undefined ? undefined : readForm(given(key), at(key))),
  }
}

function checkLength(
  path: readonly string[],
  value: string,
  { min, max }: { readonly min?: number; readonly max?: number },
) {
  if (max !== undefined && value.length > max) throw tooLong(path, max)
  if (min !== undefined && value.length < min) {
    const message =
      max === undefined ? 'This field is required' : `Must be between ${min} and ${max} in length.`
    throw invalidField(path, 'BASE_TYPE_BAD_LENGTH', message)
  }
}

export function tooLong(path: readonly string[], max: number) {
  return invalidField(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
}
