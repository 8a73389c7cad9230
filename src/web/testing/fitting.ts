import { z } from 'zod'

type JsonObject = { readonly [name: string]: unknown }

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A description of the API, to hold what is answered against. */
export function fitting(document: JsonObject) {
  const components = isObject(document['components']) ? document['components'] : {}
  const schemas = isObject(components['schemas']) ? components['schemas'] : {}

  /** With references in place, and nothing allowed that is not described. */
  function strict(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(strict)
    if (!isObject(schema)) return schema
    const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined
    if (name !== undefined) return strict(schemas[name])
    if (Array.isArray(schema['allOf'])) return strict(merged(schema['allOf'], schema))
    const entries = Object.entries(schema).map(([key, value]) => [key, strict(value)])
    const made: JsonObject = Object.fromEntries(entries)
    return isObject(schema['properties']) ? { ...made, additionalProperties: false } : made
  }

  function merged(parts: readonly unknown[], rest: JsonObject): JsonObject {
    const all = [...parts.map(strict), { ...rest, allOf: undefined }].filter(isObject)
    const properties = Object.assign({}, ...all.map(one => one['properties']))
    const required = all.flatMap(one => (Array.isArray(one['required']) ? one['required'] : []))
    return { type: 'object', properties, required }
  }

  /** What does not fit about this reply: nothing when it is as described. */
  return async (method: string, path: string, response: Response): Promise<readonly string[]> => {
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
    const steps = ['paths', path, method.toLowerCase(), 'responses', String(response.status)]
    const reply = steps.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), document)
    const name = `${method} ${path} ${response.status}`
    if (!isObject(reply)) return [`${name} is not described`]
    const text = await response.text()
    if (!isObject(reply['content'])) return text === '' ? [] : [`${name} has a body`]
    const content = reply['content'][type]
    if (!isObject(content)) return [`${name} is ${type}`]
    const shape = z.fromJSONSchema(strict(content['schema']) as Parameters<typeof z.fromJSONSchema>[0])
    const read = shape.safeParse(JSON.parse(text))
    return read.success
      ? []
      : read.error.issues.map(issue => `${name}: ${issue.path.join('.')} ${issue.message}`)
  }
}
