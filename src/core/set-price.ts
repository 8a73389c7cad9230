import type { Act } from './managing.ts'
import type { Price } from './price.ts'
import type { Store } from './store.ts'

/** Sets what a model costs from now on; what it cost before stays on record, and who changed it. */
export async function setPrice(
  store: Pick<Store, 'atomically'>,
  act: Act,
  price: Omit<Price, 'sinceMs'>,
): Promise<void> {
  await store.atomically(async stores => {
    const before = await stores.prices.at(price.model, act.atMs)
    await stores.prices.set({ ...price, sinceMs: act.atMs })
    await stores.audits.add({
      atMs: act.atMs,
      actorId: act.memberId,
      action: 'price_set',
      subject: price.model,
      detail: {
        beforeInput: before?.inputMicros ?? null,
        beforeCachedInput: before?.cachedInputMicros ?? null,
        beforeOutput: before?.outputMicros ?? null,
        input: price.inputMicros,
        cachedInput: price.cachedInputMicros ?? null,
        output: price.outputMicros,
      },
      ...(act.address === undefined ? {} : { address: act.address }),
    })
  })
}
