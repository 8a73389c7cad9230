import { isIP, isIPv4 } from 'node:net'
import { z } from 'zod'

/** What accounts were told: keys, mail, who may call from elsewhere, who owns Parley. */
export interface AccountConfig {
  /** The first signs, all verify; absent when one is kept in DATA_DIR. */
  readonly secretKeys?: readonly string[]
  /** Absent when mails go to the outbox. */
  readonly smtpUrl?: string
  readonly mailFrom: string
  /** Origins of other front ends. */
  readonly allowedOrigins: readonly string[]
  /** Addresses and networks whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
  /** In lower case. */
  readonly adminEmails: readonly string[]
}

const text = z.string().trim()

const list = (fits: (entry: string) => boolean, message: string) =>
  text.transform(split).refine(entries => entries.every(fits), message)

export const accountVariables = {
  SECRET_KEY: text
    .refine(secretsAreLong, 'must be at least 32 bytes, each one if there are several')
    .transform(split)
    .optional(),
  SMTP_URL: text
    .refine(isSmtpUrl, 'must be a URL such as smtp://user:password@mail.example:587 or smtps://mail.example')
    .optional(),
  MAIL_FROM: text.refine(isMailbox, 'must be an e-mail address, alone or as Name <address>').optional(),
  ALLOWED_ORIGINS: list(
    isOrigin,
    'must be origins such as https://chat.example, separated by commas',
  ).default([]),
  TRUSTED_PROXIES: list(
    isNetwork,
    'must be IP addresses or networks such as 10.0.0.0/8, separated by commas',
  ).default([]),
  ADMIN_EMAILS: list(isEmail, 'must be e-mail addresses, separated by commas').default([]),
}

const variables = z.object(accountVariables)

export function toAccountConfig(env: z.infer<typeof variables>, publicUrl: string): AccountConfig {
  return {
    ...(env.SECRET_KEY ? { secretKeys: env.SECRET_KEY } : {}),
    ...(env.SMTP_URL ? { smtpUrl: env.SMTP_URL } : {}),
    mailFrom: env.MAIL_FROM ?? `Parley <parley@${mailHost(publicUrl)}>`,
    allowedOrigins: env.ALLOWED_ORIGINS.map(origin => new URL(origin).origin),
    trustedProxies: env.TRUSTED_PROXIES,
    adminEmails: env.ADMIN_EMAILS.map(email => email.toLowerCase()),
  }
}

/** A mail from a bare number is refused by most servers. */
function mailHost(publicUrl: string): string {
  const host = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? host : 'localhost'
}

function split(value: string): readonly string[] {
  return value
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '')
}

function secretsAreLong(value: string): boolean {
  const secrets = split(value)
  return secrets.length > 0 && secrets.every(secret => Buffer.byteLength(secret) >= 32)
}

function isSmtpUrl(value: string): boolean {
  return /^smtps?:\/\//.test(value) && URL.canParse(value) && new URL(value).hostname !== ''
}

function isOrigin(value: string): boolean {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) return false
  const { origin } = new URL(value)
  return value.toLowerCase() === origin || value.toLowerCase() === `${origin}/`
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  if (rest.length > 0 || isIP(address) === 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128))
}

function isEmail(value: string): boolean {
  return /^[^\s@<>,]+@[^\s@<>,]+$/.test(value)
}

function isMailbox(value: string): boolean {
  return isEmail(/^[^<>]*<([^<>]+)>$/.exec(value)?.[1] ?? value)
}
