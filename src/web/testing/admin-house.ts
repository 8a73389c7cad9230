import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { adminApis, managingPages } from '../../admin.ts'
import { atMs, place } from '../../adapters/postgres/testing/cast.ts'
import type { TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Language, Member, Role } from '../../core/member.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { Platform } from '../../core/thread.ts'
import { wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'

export const acme = { platform: 'slack', workspaceId: place.workspaceId } as const
export const elsewhere = { platform: 'slack', workspaceId: 'T2' } as const

/** Who may ask for a page of /admin, from nobody to an owner. */
export const viewers = [
  'stranger',
  'member',
  'auditor',
  'adminElsewhere',
  'workspaceAuditor',
  'workspaceAdmin',
  'admin',
  'owner',
] as const
export type AdminViewer = (typeof viewers)[number]

/** The pages and the API of those who manage over a real database, at `atMs`, visited by whom the test says. */
export function openAdminHouse(
  { store, database }: TestDatabase,
  platforms: ReadonlyMap<Platform, Pick<ChatPlatform, 'administers'>> = new Map(),
) {
  const administration = {
    store,
    database,
    log: silentLog,
    platforms,
    nowMs: () => atMs,
    address: () => undefined,
    readiness: () =>
      Promise.resolve({ ready: true, database: 'up' as const, gateways: { slack: 'connected' as const } }),
    practice: { model: true, platforms: false },
  }
  const routes = new Hono<WebEnv>()
  for (const part of [...managingPages(administration), ...adminApis(administration)]) routes.route('/', part)

  function appFor(member: Member | undefined, language: Language) {
    const app = new Hono<WebEnv>()
    app.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', language)
      c.set('words', wordsIn(language))
      const now = member && (await store.members.get(member.id))
      const viewer = now && (await store.members.viewer(now.id))
      c.set(
        'signedIn',
        now && viewer ? { member: now, viewer, sessionId: 's', via: 'cookie' as const } : undefined,
      )
      await next()
    })
    app.route('/', routes)
    app.onError(answerFailure(silentLog))
    app.notFound(() => {
      throw new ParleyError('not_found', 'There is nothing here.')
    })
    return app
  }

  /** One request as this Member sends it; as nobody's without. */
  async function visit(member: Member | undefined, path: string, asked: AdminRequest = {}) {
    const { method = asked.form || asked.json ? 'POST' : 'GET', form, json, language = 'en' } = asked
    const response = await appFor(member, language).request(path, {
      method,
      headers: {
        accept: path.startsWith('/api/') ? 'application/json' : 'text/html',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(form ? { body: new URLSearchParams(form) } : {}),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const location = response.headers.get('location') ?? ''
    return { status: response.status, location, text: await response.text() }
  }

  const join = async (name: string, role: Role): Promise<Member> =>
    store.members.change((await addMember(store, name)).id, { role })

  const signIn = ({ id }: Pick<Member, 'id'>) =>
    store.sessions.start({
      memberId: id,
      method: 'password',
      userAgent: 'Mozilla/5.0 (Macintosh) Firefox/140.0',
      address: '192.0.2.9',
      atMs,
      expiresAtMs: atMs + 60_000_000,
      refreshHash: randomUUID(),
    })

  /** One of each kind; nobody for the stranger. */
  async function gather(): Promise<Readonly<Record<AdminViewer, Member | undefined>>> {
    const people = {
      stranger: undefined,
      member: await join('linus', 'member'),
      auditor: await join('iris', 'auditor'),
      adminElsewhere: await join('elsewhere', 'member'),
      workspaceAuditor: await join('counting', 'member'),
      workspaceAdmin: await join('barbara', 'member'),
      admin: await join('grace', 'admin'),
      owner: await join('ada', 'owner'),
    }
    await store.workspaceRoles.set(people.adminElsewhere.id, elsewhere, 'admin')
    await store.workspaceRoles.set(people.workspaceAuditor.id, acme, 'auditor')
    await store.workspaceRoles.set(people.workspaceAdmin.id, acme, 'admin')
    return people
  }

  return { store, database, routes, visit, join, signIn, gather }
}

export interface AdminRequest {
  readonly method?: string
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly language?: Language
}
