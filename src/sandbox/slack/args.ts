/** A refusal in Slack's own way: HTTP 200 with `{ok: false, error}`. */
export class SlackRefusal extends Error {
  readonly code: string
  readonly details: readonly string[]

  constructor(code: string, details: readonly string[] = []) {
    super(code)
    this.code = code
    this.details = details
  }
}

export const refuse = (code: string, ...details: string[]): never => {
  throw new SlackRefusal(code, details)
}

export type Fields = Readonly<Record<string, unknown>>

/** The arguments of one Web API call, whether they came as a form or as JSON. */
export interface Args {
  readonly all: Fields
  /** Undefined when absent; an empty string stays an empty string. */
  text(name: string): string | undefined
  /** Refuses the call when the argument is absent or empty. */
  required(name: string): string
  flag(name: string): boolean
  count(name: string, fallback: number, most: number): number
  /** Structured arguments: as they are in JSON, JSON in a string in a form. */
  list(name: string): readonly Fields[] | undefined
  object(name: string): Fields | undefined
  /** A list of strings: JSON, or separated by commas. */
  strings(name: string): readonly string[] | undefined
}

export function createArgs(all: Fields): Args {
  const text = (name: string) => {
    const value = all[name]
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined
  }
  const structured = (name: string) => {
    const value = all[name]
    if (typeof value !== 'string') return value ?? undefined
    return value === '' ? undefined : parseJson(name, value)
  }
  return {
    all,
    text,
    required: name => text(name) || refuse('invalid_arguments', `[ERROR] missing required field: ${name}`),
    flag: name => ['true', '1'].includes(text(name) ?? ''),
    count(name, fallback, most) {
      const value = Number(text(name) || fallback)
      if (!Number.isInteger(value) || value < 1) return refuse('invalid_limit')
      return Math.min(value, most)
    },
    list(name) {
      const value = structured(name)
      if (value === undefined) return undefined
      if (!Array.isArray(value) || !value.every(isFields)) return refuse('invalid_arguments', wrongType(name))
      return value
    },
    object(name) {
      const value = structured(name)
      if (value === undefined) return undefined
      return isFields(value) ? value : refuse('invalid_arguments', wrongType(name))
    },
    strings(name) {
      const value =
        typeof all[name] === 'string' && !all[name].startsWith('[') ? all[name].split(',') : structured(name)
      if (value === undefined) return undefined
      return Array.isArray(value) ? value.map(textOf) : refuse('invalid_arguments', wrongType(name))
    },
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const wrongType = (name: string) => `[ERROR] invalid type for ${name} [json-pointer:/${name}]`

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return refuse('invalid_arguments', wrongType(name))
  }
}
