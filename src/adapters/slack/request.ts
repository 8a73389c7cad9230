import type { Delivery } from './intake.ts'

/** What a body of Slack's is, before its signature is known to be right. */
export type RequestKind =
  | Delivery
  | { readonly kind: 'ssl_check' }
  | { readonly kind: 'url_verification'; readonly challenge: string }
  | { readonly kind: 'malformed' }

/** The body as it was signed; undefined when it is longer than `maxBytes`, however it was announced. */
export async function readBody(request: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a body by its content type, whatever stands after the type's semicolon. */
export function readDelivery(contentType: string, body: string): RequestKind {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/json') return readJson(body)
  if (type === 'application/x-www-form-urlencoded') return readForm(body)
  return { kind: 'malformed' }
}

function readJson(body: string): RequestKind {
  const parsed = parseObject(body)
  if (!parsed) return { kind: 'malformed' }
  if (parsed['type'] === 'url_verification') {
    return { kind: 'url_verification', challenge: String(parsed['challenge']) }
  }
  return { kind: 'event', body: parsed }
}

function readForm(body: string): RequestKind {
  const form = new URLSearchParams(body)
  if (form.has('payload')) {
    const payload = parseObject(form.get('payload') ?? '')
    return payload ? { kind: 'interaction', body: payload } : { kind: 'malformed' }
  }
  if (form.has('command')) return { kind: 'command', body: Object.fromEntries(form) }
  return form.get('ssl_check') === '1' ? { kind: 'ssl_check' } : { kind: 'malformed' }
}

function parseObject(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
