import { type Authority, checkManages } from './authority.ts'
import { ParleyError } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Price } from './price.ts'
import type { Stores } from './store.ts'

export type NewPrice = Omit<Price, 'sinceMs'>

/**
 * Sets these prices from this moment on, on record with before and after; those that are as they were are left alone.
 * Prices are the installation's. Throws `forbidden`, and `invalid` with fields such as `0.inputMicros`. To be called in
 * a transaction.
 */
export async function changePrices(
  stores: Stores,
  authority: Authority,
  change: { readonly prices: readonly NewPrice[]; readonly atMs: number; readonly address?: string },
): Promise<void> {
  const { prices, atMs, address } = change
  checkManages(authority)
  const fields = problemsIn(prices)
  if (fields.length > 0) throw new ParleyError('invalid', 'Some of these prices do not fit.', { fields })
  for (const price of prices) {
    const before = await stores.prices.at(price.model, atMs)
    if (before && toText(before) === toText(price)) continue
    await stores.prices.set({ ...price, sinceMs: atMs })
    await stores.audits.add({
      atMs,
      actorId: authority.memberId,
      action: 'price_changed',
      subject: price.model,
      detail: { before: before ? toText(before) : null, after: toText(price) },
      ...(address === undefined ? {} : { address }),
    })
  }
}

function problemsIn(prices: readonly NewPrice[]): readonly FieldProblem[] {
  return prices.flatMap(({ model, inputMicros, cachedInputMicros = 0, outputMicros }, at) => [
    ...(model.trim() === '' ? [{ field: `${at}.model`, code: 'required' } as const] : []),
    ...Object.entries({ inputMicros, cachedInputMicros, outputMicros }).flatMap(([name, micros]) =>
      Number.isSafeInteger(micros) && micros >= 0
        ? []
        : [{ field: `${at}.${name}`, code: 'out_of_range' } as const],
    ),
  ])
}

function toText({ inputMicros, cachedInputMicros, outputMicros }: NewPrice): string {
  return `input ${inputMicros}, cached ${cachedInputMicros ?? 'as input'}, output ${outputMicros}`
}
