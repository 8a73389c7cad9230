import { expect, it } from 'vitest'
import { ada, atMs } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { ParleyError } from './errors.ts'
import { createHomeHandler, type Home } from './home.ts'
import { homeJobKind, showHome } from './home-job.ts'
import type { ChatPlatform } from './platform.ts'
import { linkMaking } from './testing/link-making.ts'

onEveryEngine('the page of a person on their platform', open => {
  it('is shown though the platform does not tell their roles', async () => {
    const { store } = await open()
    const shown: Home[] = []
    const slack: ChatPlatform = {
      platform: 'slack',
      open: () => Promise.reject(new Error('Nothing is rendered.')),
      readThread: () => Promise.resolve([]),
      lookUpNames: () => Promise.resolve(new Map()),
      mayModerate: () => Promise.resolve(false),
      rolesOf: () => Promise.reject(new ParleyError('platform_refused', 'Not in these scopes.')),
      showHome: (_person, home) => Promise.resolve(void shown.push(home)),
    }
    const clock = { nowMs: () => atMs, sleep: () => Promise.resolve() }
    const handler = createHomeHandler({
      store,
      clock,
      linking: linkMaking,
      platforms: new Map([['slack', slack]]),
    })
    await showHome(store.jobs, (await store.identities.meet(ada)).id)
    const [job] = await store.jobs.claim([homeJobKind], 1_000)
    if (!job) throw new Error('There is no job.')
    await handler.run(job, new AbortController().signal)
    expect(shown.map(({ name, standing }) => [name, standing?.includes('Your limits here')])).toEqual([
      ['Ada', true],
    ])
  })
})
