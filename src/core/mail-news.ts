import type { Stores } from './store.ts'
import { mailJobKind, type MailNews } from './mail.ts'
import type { Member } from './member.ts'

/** Enqueues a mail that tells a Member something, when they have a confirmed address and want such mails. */
export async function mailNews(
  stores: Stores,
  { email, emailConfirmed, settings }: Member,
  news: { readonly kind: MailNews; readonly detail?: string },
): Promise<void> {
  if (email === undefined || !emailConfirmed || settings.mailNotices === false) return
  await stores.jobs.enqueue({
    kind: mailJobKind,
    lane: `mail:${email.toLowerCase()}`,
    payload: {
      kind: news.kind,
      email,
      language: settings.language ?? 'en',
      ...(news.detail === undefined ? {} : { detail: news.detail }),
    },
  })
}
