import {
  type ApiKey,
  type ApiKeyScope,
  apiKeyScopes,
  keyIdOf,
  keySession,
  maxKeyNameLength,
  usualScopes,
} from './api-key.ts'
import type { Clock } from './clock.ts'
import { ParleyError } from './errors.ts'
import { mailNews } from './mail-news.ts'
import type { Member, Viewer } from './member.ts'
import type { Secrets } from './secret.ts'
import type { Device } from './session.ts'
import { createShortMemory } from './short-memory.ts'
import type { Signals, Store } from './store.ts'

/** Who holds a key, as they are now, and what it may be used for. */
export interface KeyHolder {
  readonly key: ApiKey
  readonly member: Member
  readonly viewer: Viewer
  readonly scopes: readonly ApiKeyScope[]
  /** For connections that stay open: its end is told as this session's. */
  readonly sessionId: string
}

/** As it was typed. */
export interface NewApiKey {
  readonly name: string
  readonly scopes?: readonly string[]
  readonly expiresAtMs?: number
}

/** What people and programs do with API keys. */
export interface Keyring {
  /**
   * Makes a key and tells its Member. `secret` is the key itself, which nothing can show again. Throws `invalid` with the
   * fields `name`, `scopes`, `expiresAt`, and `conflict` with as many keys as one may have.
   */
  make(
    member: Member,
    wish: NewApiKey,
    from: Device,
  ): Promise<{ readonly key: ApiKey; readonly secret: string }>
  list(memberId: string): Promise<readonly ApiKey[]>
  /** Nobody gets in by it any more: here at once, elsewhere within half a second. Throws `not_found`. */
  revoke(member: Member, id: string, from: Device): Promise<void>
  /** Who holds this key; undefined when it is worth nothing. At most half a second behind. */
  authenticate(secret: string): Promise<KeyHolder | undefined>
  /** The same for a connection that began with it, by its session. */
  holder(sessionId: string): Promise<KeyHolder | undefined>
  close(): void
}

export interface KeyringDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly secrets: Secrets
  readonly newId: () => string
  /** Word of keys that end on other processes. */
  readonly signals: Signals
}

/** What is remembered of a key: a revocation whose signal was lost holds this much later. */
const rememberMs = 500
const mostRemembered = 2_000
/** A use is written down when the last one that was is this old. */
const markEveryMs = 30_000

const keyForm = /^pk_[\w-]{43}_[\w-]{6}$/

/** Whether this can be one of our keys at all. Tells typing errors and other services' keys without asking anybody. */
export function isApiKey(text: string, secrets: Pick<Secrets, 'hash'>): boolean {
  return keyForm.test(text) && text.slice(-6) === checksumOf(text.slice(0, -7), secrets)
}

export function createKeyring(deps: KeyringDependencies): Keyring {
  const { store, clock, secrets, signals } = deps
  const remembered = createShortMemory<KeyHolder | undefined>({
    nowMs: () => clock.nowMs(),
    validMs: rememberMs,
    maxEntries: mostRemembered,
    // Nobody knows such a key yet: the next one who shows it may be its maker.
    keeps: holder => holder !== undefined,
  })
  const forget = (sessionId: string) => remembered.forget(holder => holder?.sessionId === sessionId)
  const unlisten = signals.listen(signal => {
    if (signal.type === 'session') forget(signal.sessionId)
  })

  async function holderOf(key: ApiKey | undefined): Promise<KeyHolder | undefined> {
    if (!key) return undefined
    const [member, viewer] = await Promise.all([
      store.members.find(key.memberId),
      store.members.viewer(key.memberId),
    ])
    if (!member || member.suspended) return undefined
    const atMs = clock.nowMs()
    if (atMs - (key.usedAtMs ?? 0) >= markEveryMs) await store.apiKeys.markUsed(key.id, atMs)
    return { key, member, viewer, scopes: key.scopes, sessionId: keySession(key.id) }
  }

  return {
    make: (member, wish, from) => make(deps, member, wish, from),
    list: memberId => store.apiKeys.of(memberId),
    async revoke(member, id, from) {
      const atMs = clock.nowMs()
      await store.atomically(async stores => {
        await stores.apiKeys.revoke(member.id, id, atMs)
        await stores.audits.add({ ...auditOf(member, id, from, atMs), action: 'api_key_revoked', detail: {} })
      })
      forget(keySession(id))
    },
    async authenticate(secret) {
      if (!isApiKey(secret, secrets)) return undefined
      const hash = secrets.hash(secret)
      return remembered.get(hash, async () => holderOf(await store.apiKeys.findByHash(hash, clock.nowMs())))
    },
    async holder(sessionId) {
      const id = keyIdOf(sessionId)
      return id === undefined ? undefined : holderOf(await store.apiKeys.find(id, clock.nowMs()))
    },
    close: unlisten,
  }
}

async function make(
  { store, clock, secrets, newId }: KeyringDependencies,
  member: Member,
  wish: NewApiKey,
  from: Device,
) {
  const atMs = clock.nowMs()
  const { name, scopes, expiresAtMs } = checkWish(wish, atMs)
  const bare = `pk_${secrets.make()}`
  const secret = `${bare}_${checksumOf(bare, secrets)}`
  const key: ApiKey = {
    id: newId(),
    memberId: member.id,
    name,
    hint: secret.slice(0, 9),
    scopes,
    createdAtMs: atMs,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  }
  await store.atomically(async stores => {
    await stores.apiKeys.add({ ...key, hash: secrets.hash(secret) })
    await stores.audits.add({
      ...auditOf(member, key.id, from, atMs),
      action: 'api_key_made',
      detail: { name, scopes: scopes.join(' '), expiresAtMs: expiresAtMs ?? null },
    })
    await stores.notices.add(member.id, { kind: 'api_key_made', detail: { name }, atMs })
    await mailNews(stores, member, { kind: 'api_key_made', detail: name })
  })
  return { key, secret }
}

function auditOf(member: Member, subject: string, { address }: Device, atMs: number) {
  return { atMs, actorId: member.id, subject, ...(address === undefined ? {} : { address }) }
}

function checksumOf(bare: string, secrets: Pick<Secrets, 'hash'>): string {
  return secrets.hash(bare).slice(0, 6)
}

function checkWish({ name, scopes = usualScopes, expiresAtMs }: NewApiKey, atMs: number) {
  const words = name.replace(/\s+/gu, ' ').trim()
  if (words === '') throw wrong('name', 'required')
  if (words.length > maxKeyNameLength) throw wrong('name', 'too_long')
  const known = apiKeyScopes.filter(scope => scopes.includes(scope))
  if (known.length === 0) throw wrong('scopes', 'required')
  if (scopes.some(scope => !known.some(one => one === scope))) throw wrong('scopes', 'not_offered')
  if (expiresAtMs !== undefined && !(expiresAtMs > atMs && expiresAtMs < latestMs))
    throw wrong('expiresAt', 'out_of_range')
  return { name: words, scopes: known, expiresAtMs }
}

/** 1 January 2200: later is a typing error, and PostgreSQL ends somewhere too. */
const latestMs = Date.UTC(2200, 0, 1)

function wrong(field: string, code: 'required' | 'too_long' | 'not_offered' | 'out_of_range'): ParleyError {
  return new ParleyError('invalid', 'No such key can be made.', { fields: [{ field, code }] })
}
