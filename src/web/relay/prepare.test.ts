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

it('an image is counted by itself, not by its bytes', async () => {
  const url = `data:image/png;base64,${'A'.repeat(300_000)}`
  const part = { type: 'image_url', image_url: { url } }
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'Whose engine is this?' }, part] }]
  const { estimate } = await prepare(asking({ model: 'weaver', messages }), gone, 'ada')
  expect(estimate.inputTokens).toBeGreaterThan(1_000)
  expect(estimate.inputTokens).toBeLessThan(1_200)
})
