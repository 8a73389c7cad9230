import { expect, it } from 'vitest'
import { gatewaysUp, readiness } from './readiness.ts'

const there = { ping: () => Promise.resolve() }
const away = { ping: () => Promise.reject(new Error('It is away.')) }
const status = (connected: boolean, everConnected: boolean, more: object = {}) => ({
  status: () => ({ connected, everConnected, ...more }),
})

it('is ready when all was up once, and says of each gateway how it stands', async () => {
  const adapters = {
    slack: status(false, true, { error: 'invalid_auth' }),
    discord: status(false, true, { standsBy: true }),
  }
  expect(await readiness(there, adapters)).toEqual({
    ready: true,
    database: 'up',
    gateways: { slack: 'reconnecting', discord: 'standing by' },
    reasons: { slack: 'invalid_auth' },
  })
  expect(gatewaysUp(adapters)).toEqual({ slack: false, discord: false })
})

it('is not ready before a gateway was up, and says why it was not', async () => {
  const refused = 'Discord refused DISCORD_TOKEN: copy the bot’s token anew.'
  const adapters = { slack: undefined, discord: status(false, false, { error: refused }) }
  expect(await readiness(there, adapters)).toEqual({
    ready: false,
    database: 'up',
    gateways: { discord: 'never connected' },
    reasons: { discord: refused },
  })
})

it('is not ready while the database is away', async () => {
  expect(await readiness(away, { slack: status(true, true), discord: undefined })).toEqual({
    ready: false,
    database: 'down',
    gateways: { slack: 'connected' },
  })
})
