import { expect, it } from 'vitest'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import type { Upstream } from '../../core/upstream.ts'
import { createModelList } from './models.ts'
import type { ListedProvider } from './target.ts'

/** Services that list one model, but for the silent one. */
function services() {
  const left: string[] = []
  const upstream: Upstream = {
    send({ url }, reader) {
      const { hostname } = new URL(url)
      if (hostname !== 'silent.example')
        queueMicrotask(() => {
          reader.head(200, {})
          reader.data(Buffer.from(JSON.stringify({ data: [{ id: `model of ${hostname}` }] })))
          reader.end()
        })
      return { sent: true, resume() {}, abort: () => void left.push(hostname) }
    },
    close: () => Promise.resolve(),
  }
  const clock = createSteppedClock()
  const open = (...hosts: readonly string[]) =>
    createModelList({
      upstream,
      clock,
      providers: () => Promise.resolve(hosts.map(toProvider)),
    })
  return { open, clock, left }
}

function toProvider(host: string): ListedProvider {
  return { id: host, name: host, baseUrl: `https://${host}/v1`, models: [], sendsApiKeyHeader: false }
}

it('a service that never lists its models is left out before long', async () => {
  const { open, clock, left } = services()
  const list = open('silent.example', 'ada.example')()
  await clock.advance(10_000)
  expect(await list).toEqual([{ id: 'model of ada.example' }])
  expect(left).toEqual(['silent.example'])
})

it('alone it is said not to answer, and is asked again', async () => {
  const { open, clock } = services()
  const models = open('silent.example')
  const list = models()
  const [refused] = await Promise.all([list.catch((thrown: unknown) => thrown), clock.advance(10_000)])
  expect(refused).toMatchObject({ status: 502, code: 'upstream_unreachable' })
  expect(models()).not.toBe(list)
})

it('who answers in time is not left', async () => {
  const { open, clock, left } = services()
  await open('ada.example')()
  await clock.advance(10_000)
  expect(left).toEqual([])
})
