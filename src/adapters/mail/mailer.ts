import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendMailOptions, Transporter } from 'nodemailer'
import { ParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Mailer, OutgoingMail } from '../../core/mail.ts'

export interface MailOptions {
  readonly from: string
  /** Of the address people reach Parley at; names our mails. */
  readonly host: string
  readonly log: Log
  readonly nowMs: () => number
}

/** A server that does not answer within this is tried again later. */
const patienceMs = 20_000

/** Sends over SMTP, several mails over one connection. */
export function createSmtpMailer(smtpUrl: string, options: MailOptions): Mailer & { close(): void } {
  let opened: Pick<Transporter, 'sendMail' | 'close'> | undefined
  const transport = async () => {
    const { createTransport } = await import('nodemailer')
    opened ??= createTransport({
      url: smtpUrl,
      pool: true,
      maxConnections: 2,
      connectionTimeout: patienceMs,
      greetingTimeout: patienceMs,
      socketTimeout: patienceMs,
      // A template of ours never names a file or an address to be fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    return opened
  }
  return {
    async send(mail) {
      try {
        await (await transport()).sendMail(toMessage(mail, options))
      } catch (thrown) {
        throw toMailFailure(thrown)
      }
    },
    close: () => opened?.close(),
  }
}

/** Writes each mail into a file of `directory`, for a Parley that has no mail server. */
export function createOutbox(directory: string, options: MailOptions): Mailer {
  return {
    async send(mail) {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({ streamTransport: true, buffer: true })
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const { message } = await transport.sendMail(toMessage(mail, options))
      const path = join(directory, `${options.nowMs()}-${mail.id.replace(/[^\w-]/g, '')}.eml`)
      // Whoever watches the directory finds whole mails only.
      await writeFile(`${path}.part`, message, { mode: 0o600 })
      await rename(`${path}.part`, path)
      options.log.info({ component: 'mail' }, `there is no SMTP_URL: a mail was written to ${path}`)
    },
  }
}

function toMessage(mail: OutgoingMail, { from, host, nowMs }: MailOptions): SendMailOptions {
  return {
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: new Date(nowMs()),
    messageId: `<${mail.id}@${host}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** 5xx is a server's last word on a mail; on our sign-in there it is the configuration's fault, which can be mended. */
function toMailFailure(cause: unknown): ParleyError {
  const { code, responseCode } = failureOf(cause)
  const isFinal = code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500
  return isFinal
    ? new ParleyError('platform_refused', 'The mail server refused the mail.', { cause })
    : new ParleyError('platform_unavailable', 'The mail could not be sent right now.', { cause })
}

function failureOf(thrown: unknown): { readonly code?: string; readonly responseCode?: number } {
  if (typeof thrown !== 'object' || thrown === null) return {}
  return {
    ...('code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}),
    ...('responseCode' in thrown && typeof thrown.responseCode === 'number'
      ? { responseCode: thrown.responseCode }
      : {}),
  }
}
