import { orderMail } from './account-mail.ts'
import type { MailNews } from './mail.ts'
import type { Member } from './member.ts'
import type { Stores } from './store.ts'

/**
 * Enqueues a mail that tells a Member something, when they have a confirmed address and want such mails. Warnings that
 * somebody else may be in their account are not asked for, and go by `tell`.
 */
export async function mailNews(
  stores: Pick<Stores, 'jobs'>,
  { email, emailConfirmed, settings }: Member,
  news: { readonly kind: MailNews; readonly detail?: string },
): Promise<void> {
  if (email === undefined || !emailConfirmed || settings.mailNotices === false) return
  await orderMail(stores, { ...news, email, language: settings.language ?? 'en' })
}
