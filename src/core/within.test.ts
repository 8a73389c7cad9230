import { expect, it } from 'vitest'
import { within } from './within.ts'

it('lets go whoever waits no longer, and nobody else', async () => {
  const told = Promise.withResolvers<string>()
  const leaving = new AbortController()
  const waiting = within(told.promise, leaving.signal)
  const patient = within(told.promise, new AbortController().signal)
  leaving.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'platform_unavailable' })
  told.resolve('late')
  expect(await patient).toBe('late')
})

it('does not wait for whoever has left before', async () => {
  const silent = new Promise<string>(() => undefined)
  await expect(within(silent, AbortSignal.abort())).rejects.toMatchObject({ code: 'platform_unavailable' })
})

it('passes on what went wrong', async () => {
  const away = Promise.reject(new Error('away'))
  await expect(within(away, new AbortController().signal)).rejects.toThrow('away')
})
