import { mkdirSync } from 'node:fs'
import { openConsole } from './admin-console.ts'
import { serveAdmin } from './admin-socket.ts'
import { openAccounts } from './accounts.ts'
import { secrets } from './adapters/jose/secrets.ts'
import { type Database, openDatabase } from './adapters/postgres/database.ts'
import { indexAll } from './adapters/postgres/history.ts'
import { createLeadership } from './adapters/postgres/leadership.ts'
import { createLive } from './adapters/postgres/live.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { queueState } from './adapters/postgres/queue-state.ts'
import { createStore } from './adapters/postgres/store.ts'
import { createMetrics } from './adapters/prom/metrics.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { chooseConnections, greeting, needsSandbox } from './connections.ts'
import { builtInAgent } from './core/agent.ts'
import { createAgents } from './core/choose-agent.ts'
import { ParleyError, toParleyError } from './core/errors.ts'
import { createInbox } from './core/inbox.ts'
import type { Log } from './core/log.ts'
import type { Store, Stores } from './core/store.ts'
import { tidyQuotas } from './core/spent.ts'
import { tidyAccounts } from './core/tidy-accounts.ts'
import { scheduleRetention } from './core/retention.ts'
import { createSetup } from './core/setup.ts'
import { learnVocabulary } from './core/tokens.ts'
import type { Trail } from './core/trail.ts'
import { listen } from './listen.ts'
import type { Parts } from './parts.ts'
import { createPlatforms } from './platforms.ts'
import { gatewaysUp } from './readiness.ts'
import { openProviders } from './providers.ts'
import { reportModel } from './report-model.ts'
import { openRelay, routedProviders } from './relay.ts'
import { openSignIn, redirectUrl } from './sign-in.ts'
import { createSite } from './site.ts'
import { webThread } from './web/platform.ts'
import { startWorker } from './work.ts'

export interface Parley {
  /** Where it listens. */
  readonly url: string
  /** What a person at the terminal should know. */
  readonly greeting: readonly string[]
  /** What it answers over HTTP, for whoever wants to ask all of it. */
  readonly routes: readonly Route[]
  /** Takes nothing new, lets running turns finish or hands them over, and closes everything. */
  stop(): Promise<void>
}

export interface Route {
  readonly method: string
  readonly path: string
}

export interface StartOptions {
  readonly log: Log
  /** Told of every step, besides the sandbox's own trail. */
  readonly trail?: Trail
  /** Jobs of a process that died are taken over within this and one look at the queue; 9 s unless told. */
  readonly leaseMs?: number
  /** What was asked of a platform may be carried out this much later, whoever died meanwhile; 12 s unless told. */
  readonly lateMs?: number
}

const usualLeaseMs = 9_000

/** Of the 25 s that a stop may take, this much is for turns to finish by themselves. */
const drainMs = 18_000

/** Answers on their way to programs get this long before; together both stay within the 25 s. */
const relayDrainMs = 5_000

const maintainEveryMs = 5 * 60_000

/** It takes the process for a second: not while people wait for the start. */
const maintainAfterMs = 10_000

/** What has to be undone, latest first. */
type Closers = (() => Promise<unknown>)[]

/** Starts everything, in order. Rejects with one ParleyError, safe to show, and leaves nothing open then. */
export async function startParley(config: Config, options: StartOptions): Promise<Parley> {
  const closers: Closers = []
  const stop = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close()
  }
  try {
    const { url, links, routes, setupLink } = await start(config, options, closers)
    return { url, greeting: greeting(url, config, links, setupLink), routes, stop }
  } catch (thrown) {
    await stop()
    throw toParleyError(thrown)
  }
}

async function start(
  config: Config,
  { log, trail: told, leaseMs = usualLeaseMs, lateMs }: StartOptions,
  closers: Closers,
) {
  const database = await open(config, log, closers)
  const practice = needsSandbox(config)
    ? await (await import('./practice.ts')).startPractice(config)
    : undefined
  if (practice) closers.push(() => practice.close())
  const links = chooseConnections(config, practice?.standIns)
  const metrics = createMetrics(() => systemClock.nowMs())
  const trail: Trail = entry => {
    metrics.trail(entry)
    practice?.trail(entry)
    told?.(entry)
  }
  const store = createStore(database)
  const leadership = createLeadership(database)
  if (database.engine === 'embedded') {
    // The lock on DATA_DIR says that whoever held something here is gone: no need to wait for its lease.
    await store.jobs.freeAll()
    await leadership.freeAll()
  }
  const over = new AbortController()
  const maintained = maintain(database, store, log, over.signal)
  closers.push(() => {
    over.abort()
    return maintained
  })
  const live = createLive({ database, clock: systemClock, log })
  closers.push(() => Promise.resolve(live.close()))
  const web = await listen(config)
  closers.push(() => web.close())
  // Port 0 is any free one, and known only now.
  const publicUrl = config.publicUrl.endsWith(':0') ? web.url : config.publicUrl
  const accounts = openAccounts(config, { store, log, publicUrl, signals: database.signals })
  closers.push(() => Promise.resolve(accounts.close()))
  practice?.allowRedirects(platform => redirectUrl(publicUrl, platform))
  const signIn = openSignIn(links.signIn, config.accounts, {
    store,
    log,
    publicUrl,
    accounts: accounts.accounts,
  })
  const linking = { publicUrl, secrets }
  const agent = builtInAgent(links.model.name)
  const agentsOf = (stores: Stores) => createAgents({ store: stores, clock: systemClock, model: agent.model })
  const agents = agentsOf(store)
  const providers = openProviders(config, { links, store, log })
  closers.push(() => providers.close())
  const relay = openRelay({
    ...config.accounts,
    database,
    store,
    keyring: accounts.keyring,
    log,
    nowMs: () => systemClock.nowMs(),
    publicUrl,
    egress: providers.egress,
    providers: routedProviders(providers.model),
    defaultAgent: ({ identity }) => agents.forAnswer({ thread: webThread('relay') }, identity),
  })
  // Behind the last connection, before the database.
  closers.push(() => relay.close())
  const setup = createSetup({ store, clock: systemClock, secrets, publicUrl })
  const parts: Parts = {
    database,
    store,
    leadership,
    log,
    trail,
    links,
    leaseMs,
    lateMs,
    model: metrics.model(providers.model),
    providers,
    setup,
    agent,
    agents,
    publicUrl,
    accounts,
    signIn,
    relay,
    live,
    linking,
  }
  await scheduleRetention(store.jobs)
  const inbox = metrics.inbox(createInbox({ store, clock: systemClock, log, trail, linking, agentsOf }))
  const platforms = await createPlatforms(parts, inbox)
  metrics.watch({
    queue: () => database.ping().then(() => queueState(database)),
    pool: () => database.pool(),
    gateways: () => gatewaysUp(platforms),
  })
  const worker = startWorker(parts, platforms)
  closers.push(() => worker.drain(drainMs))
  const site = createSite(config, { ...parts, metrics }, platforms, inbox, practice)
  web.serve(site)
  closers.push(() => web.close())
  closers.push(() => relay.drain(relayDrainMs))
  for (const adapter of [platforms.slack, platforms.discord]) {
    if (!adapter) continue
    closers.push(() => adapter.stop())
    void Promise.resolve(adapter.start()).catch((error: unknown) =>
      log.error({ error }, 'a platform could not be started'),
    )
  }
  if (database.engine === 'embedded')
    closers.push(
      await serveAdmin(
        config.dataDir,
        {
          over: openConsole({ ...config, publicUrl }, database),
          backUp: directory => database.backUp(directory),
        },
        log,
      ),
    )
  void reportModel(links, log)
  // Who is named in ADMIN_EMAILS needs no link.
  const setupLink = config.accounts.adminEmails.length === 0 ? await setup.link() : undefined
  return { url: web.url, links, setupLink, routes: site.routes.map(({ method, path }) => ({ method, path })) }
}

async function open(config: Config, log: Log, closers: Closers): Promise<Database> {
  const { dataDir, databaseUrl } = config
  makeDataDir(dataDir)
  const database = await openDatabase(databaseUrl === undefined ? { dataDir } : { url: databaseUrl }, { log })
  closers.push(() => database.close())
  await migrate(database)
  return database
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new ParleyError(
      'invalid',
      `DATA_DIR ${dataDir} cannot be made or written: name a directory that can.`,
      { cause },
    )
  }
}

/**
 * What nobody waits for: the vocabulary is there before it is asked for, rows from before search are made findable,
 * what ran out is thrown away, space is freed.
 */
async function maintain(database: Database, store: Store, log: Log, over: AbortSignal): Promise<void> {
  await systemClock.sleep(maintainAfterMs, over)
  learnVocabulary()
  while (!over.aborted) {
    try {
      await indexAll(database)
      await tidyAccounts(store, systemClock.nowMs())
      await tidyQuotas(store, systemClock.nowMs())
      await database.maintain()
    } catch (error) {
      log.warn({ error }, 'the database could not be tidied')
    }
    await systemClock.sleep(maintainEveryMs, over)
  }
}
