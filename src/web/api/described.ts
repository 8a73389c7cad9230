import { z } from 'zod'
import type { ApiDescription } from './operations.ts'

/** One route as its description says it, for people. */
export interface Described {
  readonly id: string
  readonly tag: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly description: string
  /** Undefined for what everybody may ask. */
  readonly scopes: readonly string[] | undefined
  readonly parameters: readonly {
    readonly name: string
    readonly place: string
    readonly required: boolean
    readonly about: string
    readonly form: string
  }[]
  /** What it takes, as a person reads it. */
  readonly body: string | undefined
  readonly replies: readonly {
    readonly status: string
    readonly about: string
    /** Of what went well. */
    readonly form: string | undefined
  }[]
  /** A request that does it, to be pasted. */
  readonly curl: string
  /** What is searched, in lower case. */
  readonly text: string
}

const content = z.record(z.string(), z.object({ schema: z.unknown().optional() })).optional()
const operationShape = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).default(['Other']),
  summary: z.string().default(''),
  description: z.string().default(''),
  'x-scopes': z.array(z.string()).optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        description: z.string().default(''),
        schema: z.unknown().optional(),
      }),
    )
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string().default(''), content })),
})

/** Throws for an operation that says too little to be shown. */
export function readDescribed(
  document: ApiDescription,
  {
    method,
    path,
    operation,
  }: { readonly method: string; readonly path: string; readonly operation: unknown },
): Described {
  const read = operationShape.parse(operation)
  const { summary, description, tags, parameters, requestBody, responses } = read
  const [type, body] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const sent = body && type !== undefined ? { type, schema: body.schema } : undefined
  const scopes = read['x-scopes']
  const tag = tags[0] ?? 'Other'
  return {
    id: read.operationId,
    tag,
    method,
    path,
    summary,
    description,
    scopes,
    parameters: parameters.map(({ name, in: place, required, description: about, schema }) => ({
      name,
      place,
      required,
      about,
      form: formOf(schema, document),
    })),
    body: body && formOf(body.schema, document),
    replies: Object.entries(responses).map(([status, { description: about, content: types }]) => {
      const schema = Object.values(types ?? {})[0]?.schema
      const isShown = schema !== undefined && Number(status) < 400
      return { status, about, form: isShown ? formOf(schema, document) : undefined }
    }),
    curl: curlOf({ method, path, scopes, body: sent }, document),
    text: [method, path, summary, description, tag].join(' ').toLowerCase(),
  }
}

interface Schema {
  readonly $ref?: string | undefined
  readonly type?: string | readonly string[] | undefined
  readonly format?: string | undefined
  readonly enum?: readonly unknown[] | undefined
  readonly const?: unknown
  readonly items?: unknown
  readonly properties?: Readonly<Record<string, unknown>> | undefined
  readonly required?: readonly string[] | undefined
  readonly anyOf?: readonly unknown[] | undefined
  readonly oneOf?: readonly unknown[] | undefined
  readonly allOf?: readonly unknown[] | undefined
}

const schemaShape: z.ZodType<Schema> = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
})

function schemaOf(schema: unknown, document: ApiDescription): Schema {
  const read = schemaShape.safeParse(schema).data ?? {}
  const name = read.$ref?.split('/').at(-1)
  return name === undefined ? read : schemaOf(document.components?.schemas?.[name], document)
}

/** A schema as a person reads it: names with the kinds of their values, optional ones with a question mark. */
function formOf(schema: unknown, document: ApiDescription, indent = ''): string {
  const read = schemaOf(schema, document)
  const several = read.anyOf ?? read.oneOf
  if (several) return several.map(one => formOf(one, document, indent)).join(' | ')
  if (read.enum) return read.enum.map(value => JSON.stringify(value)).join(' | ')
  if (read.const !== undefined) return JSON.stringify(read.const)
  const properties = propertiesOf(read, document)
  if (Object.keys(properties).length > 0) return objectForm(read, document, indent)
  if (read.items !== undefined) return `[${formOf(read.items, document, indent)}, …]`
  if (read.type === 'object') return '{ … }'
  const types = [read.type ?? 'anything'].flat()
  return types.map(type => (type === 'string' && read.format ? read.format : type)).join(' | ')
}

function propertiesOf(read: Schema, document: ApiDescription): Record<string, unknown> {
  const inherited = (read.allOf ?? []).map(one => propertiesOf(schemaOf(one, document), document))
  return Object.assign({}, ...inherited, read.properties)
}

function requiredOf(read: Schema, document: ApiDescription): readonly string[] {
  const inherited = (read.allOf ?? []).flatMap(one => requiredOf(schemaOf(one, document), document))
  return [...inherited, ...(read.required ?? [])]
}

function objectForm(read: Schema, document: ApiDescription, indent: string): string {
  const required = requiredOf(read, document)
  const inner = `${indent}  `
  const lines = Object.entries(propertiesOf(read, document)).map(
    ([name, value]) =>
      `${inner}${name}${required.includes(name) ? '' : '?'}: ${formOf(value, document, inner)}`,
  )
  return `{\n${lines.join('\n')}\n${indent}}`
}

interface Sent {
  readonly type: string
  readonly schema: unknown
}

function curlOf(
  {
    method,
    path,
    scopes,
    body,
  }: Pick<Described, 'method' | 'path' | 'scopes'> & { readonly body: Sent | undefined },
  document: ApiDescription,
): string {
  const url = `${document.servers?.[0]?.url ?? ''}${path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}`
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"${url}"`,
    ...(scopes === undefined
      ? []
      : [`-H "Authorization: Bearer $${scopes.length === 0 ? 'PARLEY_TOKEN' : 'PARLEY_KEY'}"`]),
    ...(body === undefined ? [] : bodyLines(body, document)),
  ]
  return lines.join(' \\\n  ')
}

function bodyLines({ type, schema }: Sent, document: ApiDescription): string[] {
  if (type !== 'application/json') return ['-H "Content-Type: image/png"', '--data-binary @picture.png']
  const json = JSON.stringify(exampleOf(schema, document))
  return ['-H "Content-Type: application/json"', `-d '${json.replaceAll("'", "'\\''")}'`]
}

/** The smallest thing that fits: what is required of an object, and its first field when nothing is. */
function exampleOf(schema: unknown, document: ApiDescription): unknown {
  const read = schemaOf(schema, document)
  const one = (read.anyOf ?? read.oneOf)?.[0]
  if (one !== undefined) return exampleOf(one, document)
  if (read.enum) return read.enum[0]
  if (read.const !== undefined) return read.const
  const properties = propertiesOf(read, document)
  const names = Object.keys(properties)
  if (names.length > 0) {
    const required = requiredOf(read, document)
    const shown = required.length > 0 ? names.filter(name => required.includes(name)) : names.slice(0, 1)
    return Object.fromEntries(shown.map(name => [name, exampleOf(properties[name], document)]))
  }
  const type = [read.type ?? 'string'].flat()[0]
  if (type === 'array') return [exampleOf(read.items, document)]
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return true
  if (type === 'object') return {}
  if (type === 'null') return null
  return read.format === 'date-time' ? '2030-01-01T00:00:00Z' : '…'
}
