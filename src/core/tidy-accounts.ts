import type { Stores } from './store.ts'

/** Long enough to look into what happened to a session. */
const keepEndedMs = 30 * 24 * 60 * 60_000

/** Forgets sessions, keys, replies, mailed links and tries that nothing needs any more. To be called every few minutes. */
export async function tidyAccounts(
  {
    sessions,
    apiKeys,
    idempotentReplies,
    mailTokens,
    rateLimits,
  }: Pick<Stores, 'sessions' | 'apiKeys' | 'idempotentReplies' | 'mailTokens' | 'rateLimits'>,
  nowMs: number,
): Promise<void> {
  await rateLimits.tidy(nowMs)
  await mailTokens.tidy(nowMs - keepEndedMs)
  await sessions.tidy(nowMs - keepEndedMs)
  await apiKeys.tidy(nowMs - keepEndedMs)
  await idempotentReplies.tidy(nowMs)
}
