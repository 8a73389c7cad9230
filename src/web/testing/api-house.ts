import { randomUUID } from 'node:crypto'
import { createHistory } from '../../adapters/postgres/history.ts'
import { secrets } from '../../adapters/jose/secrets.ts'
import { createLive } from '../../adapters/postgres/live.ts'
import type { TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { builtInAgent } from '../../core/agent.ts'
import { oneAgent } from '../../core/own-instructions.ts'
import { createInbox } from '../../core/inbox.ts'
import { linkMaking } from '../../core/testing/link-making.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { openAccounts, testPublicUrl } from '../../testing/accounts.ts'
import { createDialoguesApi } from '../api/dialogues.ts'
import { createEventsApi } from '../api/events.ts'
import { keepingApi } from '../api/keeping.ts'
import { chatRoutes } from '../chats/chat-routes.ts'
import { createCompany } from '../company.ts'
import { keepingRoutes } from '../pages/keeping-routes.ts'
import { createSeats } from '../seats.ts'
import { bearerOf } from '../session.ts'
import { createTalk } from '../talk.ts'
import { keyHouse } from './key-house.ts'

/** All of the web app that needs no platform, with its whole API; nobody answers. */
export async function apiHouse(opened: TestDatabase) {
  const { database, store } = opened
  const { accounts, clock } = openAccounts(store)
  const nowMs = () => clock.nowMs()
  const history = createHistory(database, { nowMs })
  const inbox = createInbox({ store, clock, log: silentLog, trail: () => {}, linking: linkMaking })
  const talk = createTalk({
    store,
    inbox,
    history,
    nowMs,
    newId: randomUUID,
    agents: oneAgent(store, builtInAgent('scripted')),
  })
  const company = createCompany({ store, history, nowMs })
  const sessions = {
    authenticate: (token: string) => bearerOf({ accounts }, token),
    find: () => Promise.resolve(undefined),
  }
  const common = {
    store,
    history,
    changes: store.changes,
    talk,
    company,
    live: createLive({ database, clock, log: silentLog }),
    clock,
    log: silentLog,
    nowMs,
    sessions,
    signals: database.signals,
    seats: createSeats(),
    audience: { refresh: () => Promise.resolve() },
    urlOf: () => undefined,
  }
  const keeping = { store, history, secrets, nowMs, publicUrl: testPublicUrl, accounts }
  const house = await keyHouse(opened, {
    apis: [createDialoguesApi(common), createEventsApi(common), keepingApi(keeping)],
    routes: [keepingRoutes(keeping), chatRoutes(common)],
    demo: {
      isOn: () => Promise.resolve(false),
      answer: () => Promise.reject(new Error('Nobody tries it here.')),
    },
  })
  return { ...house, talk, history }
}
