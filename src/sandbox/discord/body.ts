import type { HonoRequest } from 'hono'
import type { StoredAttachment } from './entry.ts'
import { Refusal } from './errors.ts'
import { isJson } from './form.ts'
import type { World } from './world.ts'

/** Documented: 10 MiB for each file. */
const maxFileBytes = 10 * 1024 * 1024

export interface RequestBody {
  readonly json: unknown
  readonly files: readonly File[]
}

/** Reads a JSON body, or the `payload_json` and the files of a multipart one. */
export async function readBody(request: HonoRequest): Promise<RequestBody> {
  if (!request.header('content-type')?.startsWith('multipart/form-data')) {
    const text = await request.text()
    return { json: text === '' ? {} : parseJson(text), files: [] }
  }
  const form = await request.formData()
  const payload = form.get('payload_json')
  const files = [...form.values()].filter(value => typeof value !== 'string')
  return { json: typeof payload === 'string' ? parseJson(payload) : Object.fromEntries(form), files }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw Object.assign(new Refusal(50035), { cause })
  }
}

/** Keeps the uploaded files and says how messages refer to them. */
export async function storeFiles(
  world: World,
  channelId: string,
  files: readonly File[],
  origin: string,
): Promise<StoredAttachment[]> {
  const stored: StoredAttachment[] = []
  for (const file of files) {
    if (file.size > maxFileBytes) throw new Refusal(40005)
    const id = world.nextId()
    const contentType = file.type || 'application/octet-stream'
    const base64 = Buffer.from(await file.arrayBuffer()).toString('base64')
    world.record({ type: 'file', file: { id, contentType, base64 } })
    const url = `${origin}/discord/attachments/${channelId}/${id}/${encodeURIComponent(file.name)}`
    stored.push({ id, filename: file.name, size: file.size, contentType, url })
  }
  return stored
}

/** The body as shown among the calls: without files, but with their names. */
export function describeBody({ json, files }: RequestBody): unknown {
  return files.length > 0 && isJson(json) ? { ...json, files: files.map(file => file.name) } : json
}
