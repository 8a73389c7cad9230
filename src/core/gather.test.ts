import { describe, expect, it } from 'vitest'
import { gather } from './gather.ts'

/** Work that waits until it is let go, and remembers who went together. */
function gate() {
  const companies: (readonly string[])[] = []
  const open: (() => void)[] = []
  const work = async (items: readonly string[]) => {
    companies.push(items)
    await new Promise<void>(resolve => open.push(resolve))
    if (items.includes('bad')) throw new Error('bad')
    return items.map(item => item.toUpperCase())
  }
  const letGo = async () => {
    while (open.length === 0) await new Promise(resolve => setImmediate(resolve))
    open.shift()?.()
  }
  return { companies, work, letGo }
}

describe('what comes at the same time', () => {
  it('goes together, and what comes meanwhile as soon as that is back', async () => {
    const { companies, work, letGo } = gate()
    const { add } = gather(work, { most: 2 })
    const first = add('ada')
    await new Promise(resolve => setImmediate(resolve))
    const results = Promise.all([first, ...['grace', 'linus', 'hal'].map(add)])
    for (let company = 0; company < 3; company += 1) await letGo()
    expect(await results).toEqual(['ADA', 'GRACE', 'LINUS', 'HAL'])
    expect(companies).toEqual([['ada'], ['grace', 'linus'], ['hal']])
  })

  it('fails alone', async () => {
    const { work, letGo } = gate()
    const gathering = gather(work, { most: 9 })
    const results = Promise.allSettled(['ada', 'grace', 'bad', 'hal'].map(gathering.add))
    for (let company = 0; company < 5; company += 1) await letGo()
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    await gathering.idle()
  })
})
