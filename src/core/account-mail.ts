import type { Clock } from './clock.ts'
import { sameEmail } from './email-address.ts'
import { ParleyError, toParleyError } from './errors.ts'
import type { Job, JobPayload } from './job.ts'
import { type Letter, toMail } from './letter.ts'
import type { Log } from './log.ts'
import { type Mailer, type MailNews, type MailOrder, mailJobKind } from './mail.ts'
import type { MailTokenPurpose } from './mail-token.ts'
import { type Language, languages, type Member } from './member.ts'
import type { Secrets } from './secret.ts'
import type { Store, Stores } from './store.ts'
import type { JobHandler } from './worker.ts'
import { wordsIn } from './words.ts'

const hourMs = 60 * 60_000

/** How long each link is good; the mails say so. */
const goodForMs: Readonly<Record<MailTokenPurpose, number>> = {
  confirm: 72 * hourMs,
  change: 24 * hourMs,
  reset: hourMs,
}

/** Enqueued in the transaction of what it tells of, so that neither happens without the other. */
export async function orderMail({ jobs }: Pick<Stores, 'jobs'>, order: MailOrder): Promise<void> {
  const payload: JobPayload = { ...order }
  await jobs.enqueue({ kind: mailJobKind, lane: `mail:${order.kind}:${order.email.toLowerCase()}`, payload })
}

export interface MailHandlerDependencies {
  readonly store: Store
  readonly mailer: Mailer
  readonly secrets: Secrets
  readonly clock: Clock
  readonly log: Log
  readonly publicUrl: string
}

/** A mail server that is down for seven hours loses nobody's mail: half an hour between most of these. */
const maxAttempts = 24
const longestWaitMs = 30 * 60_000

/** Writes and sends what was ordered. */
export function createMailHandler(deps: MailHandlerDependencies): JobHandler {
  return {
    maxAttempts,
    async run(job) {
      try {
        await send(deps, job)
      } catch (thrown) {
        const error = toParleyError(thrown)
        if (error.code === 'platform_refused') {
          return deps.log.warn({ component: 'mail', jobId: job.id, error }, 'a mail was refused for good')
        }
        const retryAfterMs = Math.min(longestWaitMs, 2_000 * 2 ** (job.attempt - 1))
        throw new ParleyError(error.code, error.message, { cause: thrown, retryAfterMs })
      }
    },
  }
}

async function send(deps: MailHandlerDependencies, job: Job): Promise<void> {
  const order = readOrder(job.payload)
  const letter = await write(deps, order)
  if (!letter) return
  await deps.mailer.send(
    toMail(letter, {
      id: job.id,
      to: order.email,
      place: new URL(deps.publicUrl).host,
      words: wordsIn(order.language).mail,
    }),
  )
}

/** Undefined when there is nothing to say any more, or never was. */
async function write(deps: MailHandlerDependencies, order: MailOrder): Promise<Letter | undefined> {
  if (order.kind === 'confirm' || order.kind === 'reset' || order.kind === 'change') {
    const member = await awaiting(deps.store, order)
    return member && withLink(deps, order, member)
  }
  return news(deps, order)
}

type LinkOrder = Extract<MailOrder, { kind: MailTokenPurpose }>

/** Whom a link is to be mailed to; nobody when the address has no account, or none that waits for such a link. */
async function awaiting({ members }: Store, order: LinkOrder): Promise<Member | undefined> {
  const holder = await members.findByEmail(order.email)
  switch (order.kind) {
    case 'confirm':
      return holder?.emailProven ? undefined : holder
    case 'reset':
      return holder?.suspended ? undefined : holder
    case 'change':
      return holder === undefined || holder.id === order.memberId ? members.find(order.memberId) : undefined
  }
}

async function withLink(
  { store, secrets, clock, publicUrl }: MailHandlerDependencies,
  { kind, email, language }: LinkOrder,
  member: Member,
): Promise<Letter> {
  const words = wordsIn(language).mail[kind]
  const token = secrets.make()
  const createdAtMs = clock.nowMs()
  const expiresAtMs = createdAtMs + goodForMs[kind]
  await store.mailTokens.add({
    hash: secrets.hash(token),
    memberId: member.id,
    purpose: kind,
    email,
    createdAtMs,
    expiresAtMs,
  })
  const path = kind === 'reset' ? 'password-reset' : 'email-verify'
  return {
    subject: words.subject,
    name: member.nickname,
    body: words.body(new URL(publicUrl).host),
    link: { url: `${publicUrl}/${path}/${token}`, button: words.button, after: words.after },
  }
}

async function news(
  { store, publicUrl }: MailHandlerDependencies,
  { kind, email, language, detail }: Extract<MailOrder, { kind: MailNews }>,
): Promise<Letter> {
  const words = wordsIn(language).mail.news[kind]
  const member = await store.members.findByEmail(email)
  return {
    subject: words.subject,
    name: member && sameEmail(member.email, email) ? member.nickname : (email.split('@')[0] ?? ''),
    body: words.body(new URL(publicUrl).host, detail ?? ''),
  }
}

const newsKinds: Readonly<Record<MailNews, true>> = {
  email_changed: true,
  password_changed: true,
  session_stolen: true,
  account_deleted: true,
  identity_linked: true,
  identity_unlinked: true,
  api_key_made: true,
}

function isNews(kind: unknown): kind is MailNews {
  return typeof kind === 'string' && Object.hasOwn(newsKinds, kind)
}

function readOrder({ kind, email, language, memberId, detail }: JobPayload): MailOrder {
  const known: Language = languages.find(one => one === language) ?? 'en'
  if (typeof email === 'string') {
    if (kind === 'confirm' || kind === 'reset') return { kind, email, language: known }
    if (kind === 'change' && typeof memberId === 'string') return { kind, email, memberId, language: known }
    if (isNews(kind)) {
      return { kind, email, language: known, ...(typeof detail === 'string' ? { detail } : {}) }
    }
  }
  throw new ParleyError('invalid', 'A mail of another version was ordered.')
}
