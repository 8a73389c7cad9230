import { html } from 'hono/html'
import { warnedAt } from '../../core/quota.ts'

/**
 * How much of a limit is used and held, as a bar: calm, near its end from 80 % on, full. It repeats what the numbers
 * beside it say, so it is silent to screen readers.
 */
export function bar(used: number, held: number, limit: number) {
  const share = (amount: number) => (limit <= 0 ? 100 : Math.min(100, (amount / limit) * 100))
  const usedShare = share(used)
  const heldShare = Math.min(100 - usedShare, share(held))
  const state = used + held >= limit ? ' full' : used + held >= warnedAt * limit ? ' near' : ''
  return html`<svg class="bar3${state}" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="used" width="${round(usedShare)}" height="1"/><rect class="held" x="${round(usedShare)}" width="${round(heldShare)}" height="1"/></svg>`
}

/** One part of a whole, without a limit. */
export function shareBar(part: number, whole: number) {
  const share = whole <= 0 ? 0 : Math.min(100, (part / whole) * 100)
  return html`<svg class="bar3" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="used" width="${round(share)}" height="1"/></svg>`
}

const round = (share: number) => Math.round(share * 10) / 10
