import type { Cipher } from './cipher.ts'
import { ParleyError, toParleyError } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'
import { keyContext, type KeptProvider } from './provider.ts'
import type { Store, Stores } from './store.ts'
import { fieldProblem, lengthOf, oneLine, refuse } from './typed-text.ts'

/** More than any list of a service that is worth typing. */
const maxModels = 200
const maxProviders = 50

/** As it was typed. A key that is left out stays; `null` takes it away. */
export interface ProviderDraft {
  readonly name: string
  readonly baseUrl: string
  readonly models: readonly string[]
  readonly enabled: boolean
  readonly sendsApiKeyHeader: boolean
  readonly key?: string | null
}

/** Who changes something, and from where. */
export interface ProviderChanger {
  readonly memberId: string
  readonly address?: string
}

/**
 * Providers as those who manage change them. What was typed wrongly throws `invalid` with `fields` (`name`, `baseUrl`,
 * `models`, `key`), a taken name `conflict`; every change is audited, without the key.
 */
export interface ProviderDesk {
  add(draft: ProviderDraft, by: ProviderChanger): Promise<KeptProvider>
  /** A kept key goes to no other host than it was typed for: with another one it has to be typed again. */
  change(id: string, draft: ProviderDraft, by: ProviderChanger): Promise<KeptProvider>
  /** One place up or down among the kept ones. */
  move(id: string, direction: 'up' | 'down', by: ProviderChanger): Promise<void>
  remove(id: string, by: ProviderChanger): Promise<void>
  /** Seals every key with the newest secret. Gives how many it sealed anew and how many cannot be opened any more. */
  sealAnew(): Promise<{ readonly sealed: number; readonly lost: number }>
}

export interface ProviderDeskDependencies {
  readonly store: Store
  readonly cipher: Cipher
  readonly newId: () => string
  readonly nowMs: () => number
  /** Rejects with `invalid` or `forbidden` for an address that must not be asked. */
  readonly checkUrl: (url: string) => Promise<unknown>
}

export function createProviderDesk(deps: ProviderDeskDependencies): ProviderDesk {
  const { store } = deps
  const locked = <T>(work: (stores: Stores, all: readonly KeptProvider[]) => Promise<T>) =>
    store.atomically(async stores => {
      await stores.providers.lock()
      return work(stores, await stores.providers.list())
    })
  return {
    async add(draft, by) {
      const read = await readDraft(deps, draft)
      return locked(async (stores, all) => {
        if (all.length >= maxProviders) throw new ParleyError('conflict', 'There are too many providers.')
        const provider = sealed(deps, { id: deps.newId(), ...read }, draft.key, undefined)
        await stores.providers.save(provider)
        await audit(deps, stores, by, 'provider_added', provider.id, detailOf(undefined, provider))
        return provider
      })
    },
    async change(id, draft, by) {
      const read = await readDraft(deps, draft)
      return locked(async (stores, all) => {
        const before = get(all, id)
        const provider = sealed(deps, { id, ...read }, draft.key, before)
        await stores.providers.save(provider)
        const detail = {
          ...detailOf(before, provider),
          ...(draft.key === undefined ? {} : { key: draft.key === null ? 'removed' : 'replaced' }),
        }
        await audit(deps, stores, by, 'provider_changed', id, detail)
        return provider
      })
    },
    move: (id, direction, by) =>
      locked(async (stores, all) => {
        const { name } = get(all, id)
        const ids = all.map(provider => provider.id)
        const from = ids.indexOf(id)
        const to = direction === 'up' ? from - 1 : from + 1
        if (to < 0 || to >= ids.length) return
        await stores.providers.order(ids.toSpliced(from, 1).toSpliced(to, 0, id))
        const detail = { name, 'before.place': from + 1, 'after.place': to + 1 }
        await audit(deps, stores, by, 'provider_moved', id, detail)
      }),
    remove: (id, by) =>
      locked(async (stores, all) => {
        const before = get(all, id)
        await stores.providers.remove(id)
        await audit(deps, stores, by, 'provider_removed', id, detailOf(before, undefined))
      }),
    sealAnew: () => locked((stores, all) => sealAnew(deps, stores, all)),
  }
}

type Read = Omit<KeptProvider, 'id' | 'sealedKey'>

async function readDraft({ checkUrl }: ProviderDeskDependencies, draft: ProviderDraft): Promise<Read> {
  const name = oneLine(draft.name)
  const baseUrl = draft.baseUrl.trim().replace(/\/+$/, '')
  const models = [...new Set(draft.models.map(oneLine).filter(model => model !== ''))]
  refuse([
    fieldProblem('name', name === '' ? 'required' : lengthOf(name) > 60 ? 'too_long' : undefined),
    await urlProblem(baseUrl, checkUrl),
    fieldProblem(
      'models',
      models.length > maxModels || models.some(model => lengthOf(model) > 200) ? 'too_long' : undefined,
    ),
    keyProblem(draft.key),
  ])
  const { enabled, sendsApiKeyHeader } = draft
  return { name, baseUrl, models, enabled, sendsApiKeyHeader }
}

async function urlProblem(
  baseUrl: string,
  checkUrl: ProviderDeskDependencies['checkUrl'],
): Promise<FieldProblem | undefined> {
  if (baseUrl === '') return fieldProblem('baseUrl', 'required')
  try {
    await checkUrl(baseUrl)
    return /[?#]/.test(baseUrl) ? fieldProblem('baseUrl', 'malformed') : undefined
  } catch (thrown) {
    const { code } = toParleyError(thrown)
    if (code === 'invalid') return fieldProblem('baseUrl', 'malformed')
    if (code === 'forbidden') return fieldProblem('baseUrl', 'not_offered')
    // A name that nobody knows right now may be known when it is asked; trying it out tells.
    return undefined
  }
}

/** What can go in a header. */
function keyProblem(key: string | null | undefined): FieldProblem | undefined {
  if (key === undefined || key === null) return undefined
  if (key.length > 2_000) return fieldProblem('key', 'too_long')
  return fieldProblem('key', /^[\x21-\x7e]+$/.test(key) ? undefined : 'malformed')
}

function sealed(
  { cipher }: ProviderDeskDependencies,
  provider: Read & { readonly id: string },
  key: string | null | undefined,
  before: KeptProvider | undefined,
): KeptProvider {
  if (key === null) return provider
  if (key !== undefined) return { ...provider, sealedKey: cipher.seal(key, keyContext(provider)) }
  if (before?.sealedKey === undefined) return provider
  if (new URL(before.baseUrl).origin !== new URL(provider.baseUrl).origin)
    refuse([fieldProblem('key', 'required')])
  return { ...provider, sealedKey: before.sealedKey }
}

async function sealAnew(
  { cipher }: ProviderDeskDependencies,
  { providers }: Stores,
  all: readonly KeptProvider[],
) {
  const stale = all.filter(({ sealedKey }) => sealedKey !== undefined && !cipher.isCurrent(sealedKey))
  let lost = 0
  for (const provider of stale) {
    const key = cipher.open(provider.sealedKey ?? '', keyContext(provider))
    if (key === undefined) lost += 1
    else await providers.save({ ...provider, sealedKey: cipher.seal(key, keyContext(provider)) })
  }
  return { sealed: stale.length - lost, lost }
}

function get(all: readonly KeptProvider[], id: string): KeptProvider {
  const found = all.find(provider => provider.id === id)
  if (!found) throw new ParleyError('not_found', 'There is no such provider.')
  return found
}

/** What changed, before and after; all of it for one that comes or goes. */
function detailOf(before: KeptProvider | undefined, after: KeptProvider | undefined) {
  const [old, young] = [shownOf(before), shownOf(after)]
  const changed = (Object.keys({ ...old, ...young }) as (keyof typeof old & string)[]).filter(
    name => old?.[name] !== young?.[name],
  )
  return Object.fromEntries([
    ['name', (after ?? before)?.name ?? ''],
    ...changed.flatMap(name => [
      ...(old ? [[`before.${name}`, old[name]]] : []),
      ...(young ? [[`after.${name}`, young[name]]] : []),
    ]),
  ]) as Record<string, string | boolean>
}

function shownOf(provider: KeptProvider | undefined) {
  return (
    provider && {
      name: provider.name,
      baseUrl: provider.baseUrl,
      models: provider.models.join(', '),
      enabled: provider.enabled,
      sendsApiKeyHeader: provider.sendsApiKeyHeader,
      hasKey: provider.sealedKey !== undefined,
    }
  )
}

async function audit(
  { nowMs }: ProviderDeskDependencies,
  { audits }: Stores,
  { memberId, address }: ProviderChanger,
  action: string,
  subject: string,
  detail: Record<string, string | number | boolean>,
): Promise<void> {
  await audits.add({
    atMs: nowMs(),
    actorId: memberId,
    action,
    subject,
    detail,
    ...(address === undefined ? {} : { address }),
  })
}
