import type { Price, Prices } from '../../core/price.ts'
import type { PriceTable } from './quota-tables.ts'
import type { Session } from './session.ts'

export function createPrices({ handle }: Session): Prices {
  const newest = () => handle.selectFrom('prices').selectAll().orderBy('since', 'desc')
  return {
    async at(model, atMs) {
      const row = await newest()
        .where('model', '=', model)
        .where('since', '<=', new Date(atMs))
        .limit(1)
        .executeTakeFirst()
      return row && toPrice(row)
    },
    async current() {
      const rows = await handle
        .selectFrom('prices')
        .distinctOn('model')
        .selectAll()
        .orderBy('model')
        .orderBy('since', 'desc')
        .execute()
      return rows.map(toPrice)
    },
    history: async model => (await newest().where('model', '=', model).execute()).map(toPrice),
    async set({ model, sinceMs, inputMicros, cachedInputMicros, outputMicros }) {
      const micros = {
        input_micros: inputMicros,
        cached_input_micros: cachedInputMicros ?? null,
        output_micros: outputMicros,
      }
      await handle
        .insertInto('prices')
        .values({ model, since: new Date(sinceMs), ...micros })
        .onConflict(conflict => conflict.columns(['model', 'since']).doUpdateSet(micros))
        .execute()
    },
  }
}

function toPrice(row: PriceTable): Price {
  return {
    model: row.model,
    inputMicros: Number(row.input_micros),
    outputMicros: Number(row.output_micros),
    sinceMs: row.since.getTime(),
    ...(row.cached_input_micros === null ? {} : { cachedInputMicros: Number(row.cached_input_micros) }),
  }
}
