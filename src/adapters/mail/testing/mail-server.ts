import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export interface MailServer {
  readonly url: string
  /** What was delivered, in order. */
  readonly mails: readonly Email[]
  /** The next so many mails are turned away with this code. */
  refuse(code: number, times: number): void
  close(): Promise<void>
}

/** A real SMTP server on loopback that reads what it is given. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: Email[] = []
  let refusals: number[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const code = refusals.shift()
        if (code !== undefined) return done(Object.assign(new Error('not now'), { responseCode: code }))
        PostalMime.parse(Buffer.concat(chunks)).then(mail => {
          mails.push(mail)
          done()
        }, done)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>(resolve => void server.listen(port, '127.0.0.1', resolve))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('The mail server has no port.')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    refuse(code, times) {
      refusals = Array.from({ length: times }, () => code)
    },
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}
