import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { ada, grace, linus } from '../../adapters/postgres/testing/cast.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Author, Identity } from '../../core/identity.ts'
import type { Language, Member } from '../../core/member.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { wordsIn } from '../../core/words.ts'
import { priceRoutes } from '../admin/prices.ts'
import type { QuotaPages } from '../admin/quotas-pages.ts'
import { quotaRoutes } from '../admin/quotas.ts'
import { usageRoutes } from '../admin/usage.ts'
import { assetRoutes, webAssets } from '../assets.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import { ownUsageRoutes } from '../pages/own-usage.ts'

export const acme = { platform: 'slack', workspaceId: 'T1' } as const
export const support = { ...acme, channelId: 'C1' } as const

/** Saturday, 21 November 2026, 15:00 in Stockholm. */
export const houseNowMs = Date.UTC(2026, 10, 21, 14)

/** The pages of limits, usage and prices over a real database, visited by whom the test says. */
export function openQuotaHouse({ store, database }: TestDatabase) {
  let asked = 0
  // A little later each time, so that what happened stands in its order.
  const nowMs = () => houseNowMs + asked++
  const deps: QuotaPages = {
    store,
    nowMs,
    address: () => '192.0.2.7',
  }

  function app(
    member: Member | undefined,
    language: Language = 'en',
    theme?: 'light' | 'dark',
  ): Hono<WebEnv> {
    const served = new Hono<WebEnv>()
    served.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', language)
      c.set('words', wordsIn(language))
      if (theme) c.set('theme', theme)
      const now = member && (await store.members.find(member.id))
      const viewer = now && (await store.members.viewer(now.id))
      c.set('signedIn', now && viewer && { member: now, viewer, sessionId: 's', via: 'cookie' as const })
      await next()
    })
    served.route('/', assetRoutes(webAssets()))
    for (const routes of [quotaRoutes(deps), usageRoutes(deps), priceRoutes(deps)]) served.route('/', routes)
    served.route('/', ownUsageRoutes({ store, nowMs }))
    served.onError(answerFailure(silentLog))
    served.notFound(() => {
      throw new ParleyError('not_found', 'There is nothing here.')
    })
    return served
  }

  /** One request as this Member's browser sends it; as nobody's without. */
  async function visit(
    member: Member | undefined,
    path: string,
    form?: Readonly<Record<string, string>>,
    language?: Language,
  ) {
    const response = await app(member, language).request(path, {
      headers: { accept: 'text/html' },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  async function staff(username: string, role: Member['role']): Promise<Member> {
    const { id } = await addMember(store, username)
    return store.members.change(id, { role })
  }

  /** Somebody used a model, that long before now. */
  async function use(person: Identity, use: Partial<Used> = {}): Promise<void> {
    const { agoMs = 0, model = 'gpt-5-mini', inputTokens = 1_000, outputTokens = 200, thread = support } = use
    const atMs = houseNowMs - agoMs
    const id = randomUUID()
    const estimate = { inputTokens, outputTokens }
    const claim = { reservationId: id, askerId: person.id, thread, agentId: 'parley', model, estimate, atMs }
    const reserved = await store.quotas.reserve(claim)
    if (!reserved.granted) throw new Error('There was no room.')
    const usage = { inputTokens, cachedInputTokens: 0, outputTokens }
    await store.quotas.settle(reserved.reservation, [{ callId: id, purpose: 'answer', model, usage, atMs }])
  }

  /** Answers that are being written: what they may take is held. */
  async function hold(person: Identity): Promise<void> {
    const estimate = { inputTokens: 900, outputTokens: 100 }
    const claim = {
      reservationId: randomUUID(),
      askerId: person.id,
      thread: support,
      model: 'gpt-5-mini',
      estimate,
    }
    await store.quotas.reserve({ ...claim, atMs: houseNowMs })
  }

  async function nameAcme(): Promise<void> {
    const names = { workspace_name: 'Acme', platform: 'slack', workspace_id: 'T1' } as const
    await database.handle
      .insertInto('places')
      .values([
        { ...names, channel_id: 'C1', name: 'support' },
        { ...names, channel_id: 'C2', name: 'eng' },
      ])
      .execute()
  }

  return {
    store,
    app,
    visit,
    use,
    hold,
    nameAcme,
    owner: () => staff('olga', 'owner'),
    auditor: () => staff('audrey', 'auditor'),
    member: (name: string) => staff(name, 'member'),
    meet: (author: Author) => store.identities.meet(author),
    cast: { ada, grace, linus },
  }
}

export interface Used {
  readonly agoMs: number
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly thread: { readonly platform: 'slack'; readonly workspaceId: string; readonly channelId: string }
}
