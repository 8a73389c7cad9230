import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createDiscordAdapter, type DiscordAdapter } from './adapters/discord/discord.ts'
import { checkModel } from './adapters/openai/check-model.ts'
import { createOpenAiModel } from './adapters/openai/model.ts'
import { type Database, openDatabase } from './adapters/postgres/database.ts'
import { createAudiences } from './adapters/postgres/audiences.ts'
import { createLeadership } from './adapters/postgres/leadership.ts'
import { createLive } from './adapters/postgres/live.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { sessionOf } from './adapters/postgres/session.ts'
import { createStore } from './adapters/postgres/store.ts'
import { createSlackAdapter, type SlackAdapter } from './adapters/slack/slack.ts'
import { type AccountParts, openAccounts } from './accounts.ts'
import { systemClock } from './clock.ts'
import { openChats } from './chats.ts'
import type { Config } from './config.ts'
import { chooseConnections, type Connections, greeting, needsSandbox } from './connections.ts'
import { builtInAgent } from './core/agent.ts'
import { type Audience, type AudienceChange, createAudience } from './core/audience.ts'
import { ParleyError, toParleyError } from './core/errors.ts'
import type { Inbound } from './core/inbound.ts'
import { createInbox } from './core/inbox.ts'
import type { Leadership } from './core/leadership.ts'
import type { Live } from './core/live.ts'
import type { Log } from './core/log.ts'
import { mailJobKind } from './core/mail.ts'
import type { LanguageModel } from './core/model.ts'
import type { ChatPlatform } from './core/platform.ts'
import { createTurnHandler, turnJobKind } from './core/run-turn.ts'
import { runStopJob, stopJobKind } from './core/stopping.ts'
import type { Store } from './core/store.ts'
import type { Platform } from './core/thread.ts'
import { createTitleHandler, titleJobKind } from './core/title.ts'
import type { Trail } from './core/trail.ts'
import { createWorker, type Worker } from './core/worker.ts'
import { type Practice, startPractice } from './practice.ts'
import { listen } from './listen.ts'
import { readiness } from './readiness.ts'
import { createWebApp } from './web/app.ts'
import { createWebPlatform } from './web/platform.ts'

export interface Parley {
  /** Where it listens. */
  readonly url: string
  /** What a person at the terminal should know. */
  readonly greeting: readonly string[]
  /** Takes nothing new, lets running turns finish or hands them over, and closes everything. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly log: Log
  /** Told of every step, besides the sandbox's own trail. */
  readonly trail?: Trail
  /** Jobs of a process that died are taken over within this and one look at the queue; 9 s unless told. */
  readonly leaseMs?: number
}

const usualLeaseMs = 9_000
const pollMs = 2_000

/** Turns at once in one process: they mostly wait for a model. */
const concurrency = 200

/** Of the 25 s that a stop may take, this much is for turns to finish by themselves. */
const drainMs = 18_000

const maintainEveryMs = 5 * 60_000

/** What has to be undone, latest first. */
type Closers = (() => Promise<unknown>)[]

/** Starts everything, in order. Rejects with one ParleyError, safe to show, and leaves nothing open then. */
export async function startParley(config: Config, options: StartOptions): Promise<Parley> {
  const closers: Closers = []
  const stop = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close()
  }
  try {
    const { url, links } = await start(config, options, closers)
    return { url, greeting: greeting(url, config, links), stop }
  } catch (thrown) {
    await stop()
    throw toParleyError(thrown)
  }
}

async function start(
  config: Config,
  { log, trail: told, leaseMs = usualLeaseMs }: StartOptions,
  closers: Closers,
) {
  const database = await open(config, log, closers)
  const practice = needsSandbox(config) ? await startPractice(config) : undefined
  if (practice) closers.push(() => practice.close())
  const links = chooseConnections(config, practice?.standIns)
  const trail: Trail = entry => {
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
  const web = await listen(config)
  closers.push(() => web.close())
  // Port 0 is any free one, and known only now.
  const publicUrl = config.publicUrl.endsWith(':0') ? web.url : config.publicUrl
  const accounts = openAccounts(config, { store, log, publicUrl })
  closers.push(() => Promise.resolve(accounts.close()))
  const model = createModel(links)
  const live = createLive({ database, clock: systemClock, log })
  closers.push(() => Promise.resolve(live.close()))
  const parts: Parts = {
    database,
    store,
    leadership,
    log,
    trail,
    links,
    leaseMs,
    model,
    publicUrl,
    accounts,
    live,
  }
  const adapters = createAdapters(parts)
  const worker = startWorker(parts, adapters)
  closers.push(() => worker.drain(drainMs))
  web.serve(webApp(config, parts, adapters, practice))
  closers.push(() => web.close())
  for (const adapter of [adapters.slack, adapters.discord]) {
    if (!adapter) continue
    closers.push(() => adapter.stop())
    void Promise.resolve(adapter.start()).catch((error: unknown) =>
      log.error({ error }, 'a platform could not be started'),
    )
  }
  void reportModel(parts)
  return { url: web.url, links }
}

async function open(config: Config, log: Log, closers: Closers): Promise<Database> {
  const { dataDir, databaseUrl } = config
  makeDataDir(dataDir)
  const database = await openDatabase(databaseUrl === undefined ? { dataDir } : { url: databaseUrl }, { log })
  closers.push(() => database.close())
  await migrate(database)
  const over = new AbortController()
  closers.push(() => Promise.resolve(over.abort()))
  void maintain(database, log, over.signal)
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

async function maintain(database: Database, log: Log, over: AbortSignal): Promise<void> {
  for (;;) {
    await systemClock.sleep(maintainEveryMs, over)
    if (over.aborted) return
    await database
      .maintain()
      .catch((error: unknown) => log.warn({ error }, 'the database could not be tidied'))
  }
}

/** What the rest is made of. */
interface Parts {
  readonly database: Database
  readonly store: Store
  readonly leadership: Leadership
  readonly log: Log
  readonly trail: Trail
  readonly links: Connections
  readonly model: LanguageModel
  readonly leaseMs: number
  readonly live: Live
  readonly publicUrl: string
  readonly accounts: AccountParts
}

interface Adapters {
  readonly slack: SlackAdapter | undefined
  readonly discord: DiscordAdapter | undefined
  readonly audience: Audience
}

function createAdapters({ database, store, leadership, leaseMs, log, trail, links }: Parts): Adapters {
  const audiences = createAudiences(sessionOf(database))
  const inbox = createInbox({ store, clock: systemClock, log, trail })
  const common = {
    clock: systemClock,
    log,
    trail,
    receive: (inbound: Inbound) => inbox.receive(inbound),
    audienceChanged: (change: AudienceChange) => audiences.forget(change),
  }
  const slack = links.slack && createSlackAdapter({ ...common, ...links.slack })
  const discord =
    links.discord &&
    createDiscordAdapter({
      ...common,
      ...links.discord,
      leadership,
      leaseMs,
      lastReceivedMs: () => store.decisions.lastReceivedMs('discord'),
      directChannels: () => store.dialogues.directChannels('discord', 500),
    })
  const sources = [slack?.audience, discord?.audience].filter(source => source !== undefined)
  return { slack, discord, audience: createAudience({ audiences, sources, clock: systemClock, log }) }
}

function createModel({ model }: Connections): LanguageModel {
  return createOpenAiModel({
    baseUrl: model.baseUrl,
    clock: systemClock,
    random: Math.random,
    practice: model.practice,
    name: model.practice ? 'the practice model' : `${model.name} at ${new URL(model.baseUrl).host}`,
    ...(model.apiKey === undefined ? {} : { apiKey: model.apiKey }),
    ...(model.proxyUrl === undefined ? {} : { proxyUrl: model.proxyUrl }),
  })
}

function startWorker(
  { database, store, log, trail, links, model, leaseMs, accounts, live }: Parts,
  { slack, discord }: Adapters,
): Worker {
  const web = createWebPlatform(store)
  const chats = [slack?.chat, discord?.chat, web].filter((chat): chat is ChatPlatform => chat !== undefined)
  const platforms = new Map<Platform, ChatPlatform>(chats.map(chat => [chat.platform, chat]))
  const { signals } = database
  const agent = builtInAgent(links.model.name)
  const worker = createWorker({
    jobs: store.jobs,
    signals,
    clock: systemClock,
    log,
    random: Math.random,
    handlers: new Map([
      [
        turnJobKind,
        createTurnHandler({
          store,
          signals,
          clock: systemClock,
          log,
          trail,
          model,
          agent,
          platforms,
          newId: randomUUID,
          live,
        }),
      ],
      [titleJobKind, createTitleHandler({ store, model, agent, clock: systemClock, log, newId: randomUUID })],
      [mailJobKind, accounts.mailHandler],
      [stopJobKind, { maxAttempts: 3, run: (job, signal) => runStopJob({ store, platforms }, job, signal) }],
    ]),
    concurrency,
    leaseMs,
    pollMs,
  })
  worker.start()
  return worker
}

function webApp(config: Config, parts: Parts, adapters: Adapters, practice: Practice | undefined) {
  const { database, store, log, publicUrl } = parts
  const [{ accounts }, { slack }] = [parts.accounts, adapters]
  const { allowedOrigins, trustedProxies } = config.accounts
  const origins = { allowedOrigins, trustedProxies }
  const chats = openChats({
    ...parts,
    accounts,
    audience: adapters.audience,
    ...origins,
  })
  return createWebApp({
    log,
    nowMs: () => systemClock.nowMs(),
    readiness: () => readiness(database, adapters),
    publicUrl,
    ...origins,
    accounts,
    notices: store.notices,
    routes: chats.routes,
    apis: chats.apis,
    avatar: id => store.members.avatar(id),
    ...(slack ? { slackEvents: (request: Request) => slack.handle(request) } : {}),
    ...(practice && config.sandbox.on ? { sandbox: practice.page } : {}),
  })
}

/** A wrong key, address or model name is told at the start, not at the first question; Parley runs all the same. */
async function reportModel({ links: { model }, log }: Parts): Promise<void> {
  if (model.practice) return
  const verdict = await checkModel({
    baseUrl: model.baseUrl,
    model: model.name,
    ...(model.apiKey === undefined ? {} : { apiKey: model.apiKey }),
    ...(model.proxyUrl === undefined ? {} : { proxyUrl: model.proxyUrl }),
  })
  if (!verdict.ok)
    log.error({ component: 'model', code: verdict.error.code, error: verdict.error }, verdict.error.message)
}
