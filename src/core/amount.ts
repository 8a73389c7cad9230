import type { Language } from './member.ts'
import type { QuotaUnit } from './quota.ts'

/** Larger amounts are no limits any more, and stop being whole in JavaScript soon after. */
const mostOfAnything = 1_000_000_000_000_000

/** An amount as a person says it: `$175.10`, `214 k`, `32`. Money is in millionths of a dollar. */
export function sayAmount(unit: QuotaUnit, amount: number, language: Language): string {
  if (unit === 'costMicros') return sayMoney(amount, language)
  return unit === 'tokens' ? sayMany(amount, language) : sayWhole(amount, language)
}

/** Of less than a dollar the digits that tell something are shown, since one answer costs fractions of a cent. */
export function sayMoney(micros: number, language: Language): string {
  const dollars = micros / 1_000_000
  const small = dollars !== 0 && Math.abs(dollars) < 0.1
  return formatter(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    ...(small ? { maximumSignificantDigits: 2 } : { trailingZeroDisplay: 'stripIfInteger' }),
  }).format(dollars)
}

function sayWhole(amount: number, language: Language): string {
  return formatter(language, { maximumFractionDigits: 0 }).format(amount)
}

/** A table of usage says hundreds of amounts in these few ways, and making a formatter costs more than all else of it. */
const formatters = new Map<string, Intl.NumberFormat>()

function formatter(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([language, options])
  const known = formatters.get(key) ?? new Intl.NumberFormat(language, options)
  formatters.set(key, known)
  return known
}

function sayMany(amount: number, language: Language): string {
  if (Math.abs(amount) < 10_000) return sayWhole(amount, language)
  const short = formatter(language, { notation: 'compact', maximumSignificantDigits: 3 })
  if (language !== 'en') return short.format(amount)
  // "214 k", with a space that does not break.
  return short.format(amount).replace(/[A-Z]$/, letter => `\u00a0${letter === 'K' ? 'k' : letter}`)
}

const times: Readonly<Record<string, number>> = {
  k: 1_000,
  m: 1_000_000,
  b: 1_000_000_000,
  천: 1_000,
  만: 10_000,
  억: 100_000_000,
}

/** What a person typed as an amount: `$600`, `2 M`, `50`, `1,500`, `20만`. Undefined when it is none. */
export function parseAmount(unit: QuotaUnit, text: string): number | undefined {
  const shape =
    /^\s*\$?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\d+,\d{1,2})\s*([kmb천만억])?\s*(?:\$|usd|dollars?|달러|tokens?|토큰|requests?|회|건)?\s*$/iu
  const [, digits, factor] = shape.exec(text) ?? []
  if (digits === undefined) return undefined
  const plain = /^\d+,\d{1,2}$/.test(digits) ? digits.replace(',', '.') : digits.replaceAll(',', '')
  const amount =
    Number(plain) * (times[factor?.toLowerCase() ?? ''] ?? 1) * (unit === 'costMicros' ? 1_000_000 : 1)
  const whole = Math.round(amount)
  // Half a request is a slip of the hand; a fraction of a millionth of a dollar is none.
  if (unit !== 'costMicros' && Math.abs(whole - amount) > 1e-6) return undefined
  return whole <= mostOfAnything ? whole : undefined
}
