import type { IncomingMessage } from 'node:http'
import { invalidRequest, RelayRefusal } from './refusal.ts'

/** Several images fit; reading one of this size as JSON takes a tenth of a second. */
const mostBodyBytes = 16 * 1024 * 1024

/** The body of a request, bounded whether it says its length or not. Throws a RelayRefusal. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const { headers } = incoming
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new RelayRefusal(
      415,
      'invalid_request_error',
      'unsupported_encoding',
      'Send the body as it is, not packed.',
    )
  if (Number(headers['content-length'] ?? 0) > mostBodyBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= mostBodyBytes) chunks.push(chunk)
      else {
        incoming.pause()
        reject(tooLarge())
      }
    })
    incoming.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.once('error', () => reject(invalidRequest('The body did not come whole.')))
  })
}

function tooLarge(): RelayRefusal {
  return new RelayRefusal(
    413,
    'invalid_request_error',
    'too_large',
    `The body is larger than ${mostBodyBytes / 1024 / 1024} MiB.`,
    { headers: { Connection: 'close' } },
  )
}
