import type { Language } from './member.ts'

export interface OutgoingMail {
  /** The same for every attempt to send it, so that a mail that goes out twice is seen as one. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Mailer {
  /**
   * Resolves when the mail was taken by the server or stands in the outbox. Throws `platform_refused` when it never
   * will be, `platform_unavailable` when it may be later.
   */
  send(mail: OutgoingMail): Promise<void>
}

/** Mails are jobs, so that a process that dies loses none. */
export const mailJobKind = 'mail'

/**
 * What a mail job is to say. It holds no secret: a link's token is made when the mail is written, and kept as its hash.
 * `confirm` and `reset` are enqueued for unknown addresses too, so that asking takes as long; the job then sends nothing.
 */
export type MailOrder =
  | { readonly kind: 'confirm'; readonly email: string; readonly language: Language }
  | { readonly kind: 'reset'; readonly email: string; readonly language: Language }
  | {
      readonly kind: 'change'
      readonly email: string
      readonly memberId: string
      readonly language: Language
    }
  | { readonly kind: MailNews; readonly email: string; readonly language: Language; readonly detail?: string }

/** Mails that only tell something. `detail` is named in the sentence. */
export type MailNews =
  | 'email_changed'
  | 'password_changed'
  | 'session_stolen'
  | 'account_deleted'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'api_key_made'
