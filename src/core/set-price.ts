import type { Changer } from './edit-quotas.ts'
import type { Price } from './price.ts'
import type { Store } from './store.ts'

/** Sets what a model costs from now on; what it cost before stays on record, and who changed it. */
export async function setPrice(
  store: Pick<Store, 'atomically'>,
  by: Changer,
  price: Omit<Price, 'sinceMs'>,
): Promise<void> {
  await store.atomically(async stores => {
    const before = await stores.prices.at(price.model, by.atMs)
    await stores.prices.set({ ...price, sinceMs: by.atMs })
    await stores.audits.add({
      atMs: by.atMs,
      actorId: by.memberId,
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
      ...(by.address === undefined ? {} : { address: by.address }),
    })
  })
}
