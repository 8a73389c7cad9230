import { expect, it } from 'vitest'
import { prepare } from './prepare.ts'

const gone = () => Promise.reject(new Error('The database is away.'))
const asking = (more: object) => Buffer.from(JSON.stringify({ messages: [], ...more }))

it('a request that names its model goes as it is, without a look at the default agent', async () => {
  const raw = asking({ model: 'weaver' })
  expect(await prepare(raw, gone, 'ada')).toMatchObject({ model: 'weaver', body: raw })
})

it('a request that names none needs it', async () => {
  await expect(prepare(asking({ model: null }), gone, 'ada')).rejects.toThrow('The database is away.')
})
