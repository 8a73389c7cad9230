import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A person on the web of a Parley that runs as a process, with an account whose address is confirmed. */
export interface WebPerson {
  /** Their access token. */
  readonly token: string
  /** What they log in with. */
  readonly email: string
  readonly password: string
  request(address: string, method: string, path: string, body?: unknown): Promise<WebReply>
}

export interface WebReply {
  readonly status: number
  readonly body: Record<string, unknown>
}

const password = 'a tide table of Brest, 1843'

/** Registers, follows the link that was mailed to the outbox, and signs in. */
export async function joinWeb(
  address: string,
  { name, dataDir }: { readonly name: string; readonly dataDir: string },
): Promise<WebPerson> {
  const email = `${name}@example.com`
  const post = (path: string, body: unknown) => send(address, 'POST', path, body)
  const registered = await post('/api/v1/register', { email, username: name, password })
  if (registered.status !== 201) throw new Error(`Registering gave ${JSON.stringify(registered)}`)
  const link = await mailedLink(join(dataDir, 'outbox'), email)
  const confirmed = await fetch(new URL(link, address), { method: 'POST', redirect: 'manual' })
  if (confirmed.status >= 400) throw new Error(`Confirming gave ${confirmed.status}`)
  const { body } = await post('/api/v1/login', { email, password })
  const token = String(body['accessToken'])
  return {
    token,
    email,
    password,
    request: (at, method, path, content) => send(at, method, path, content, token),
  }
}

async function send(
  address: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<WebReply> {
  const response = await fetch(new URL(path, address), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, body: isJson ? (JSON.parse(text) as WebReply['body']) : {} }
}

async function mailedLink(outbox: string, email: string): Promise<string> {
  for (let look = 0; look < 300; look += 1) {
    const mails = look === 0 ? [] : readMails(outbox)
    for (const mail of mails) {
      // Long lines are cut softly, and their own equals signs written out.
      const plain = mail.replace(/=\r?\n/g, '').replaceAll('=3D', '=')
      const path = /\/email-verify\/[\w.~-]+/.exec(plain)?.[0]
      if (path !== undefined && plain.includes(email)) return path
    }
    await pause(100)
  }
  throw new Error('No mail came.')
}

function readMails(outbox: string): readonly string[] {
  try {
    return readdirSync(outbox)
      .filter(name => name.endsWith('.eml'))
      .map(name => readFileSync(join(outbox, name), 'utf8'))
  } catch {
    // The folder is made with the first mail.
    return []
  }
}
