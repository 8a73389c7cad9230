import { z } from 'zod'
import type { ParleyError } from '../../core/errors.ts'
import type { Upstream } from '../../core/upstream.ts'
import { RelayRefusal, refusalOf } from './refusal.ts'
import type { ListedProvider } from './target.ts'

/** One model as OpenAI's wire lists it; what services add to it stays. */
export interface ModelCard {
  readonly id: string
  readonly [name: string]: unknown
}

/** Every model of every service, those of the first first. */
export type ListModels = () => Promise<readonly ModelCard[]>

export interface ModelListDependencies {
  readonly upstream: Upstream
  readonly providers: () => Promise<readonly ListedProvider[]>
  readonly nowMs: () => number
}

const goodForMs = 60_000
const mostBytes = 4 * 1024 * 1024

const listShape = z.object({ data: z.array(z.looseObject({ id: z.string() })) })

/**
 * A service that was given its models is believed, any other is asked, at most once a minute. One that does not answer
 * is left out as long as another does; when none does, throws a RelayRefusal.
 */
export function createModelList({ upstream, providers, nowMs }: ModelListDependencies): ListModels {
  let known: { readonly cards: Promise<readonly ModelCard[]>; readonly untilMs: number } | undefined
  async function list(): Promise<readonly ModelCard[]> {
    const listed = await Promise.allSettled((await providers()).map(provider => modelsOf(upstream, provider)))
    const good = listed.filter(one => one.status === 'fulfilled')
    const [bad] = listed.filter(one => one.status === 'rejected')
    if (good.length === 0 && bad) throw refusalOf(bad.reason)
    const cards = new Map<string, ModelCard>()
    for (const card of good.flatMap(one => one.value)) if (!cards.has(card.id)) cards.set(card.id, card)
    return [...cards.values()]
  }
  return () => {
    if (known && known.untilMs > nowMs()) return known.cards
    const cards = list()
    const asked = { cards, untilMs: nowMs() + goodForMs }
    known = asked
    cards.catch(() => {
      if (known === asked) known = undefined
    })
    return cards
  }
}

async function modelsOf(upstream: Upstream, provider: ListedProvider): Promise<readonly ModelCard[]> {
  if (provider.models.length > 0)
    return provider.models.map(id => ({ id, object: 'model', created: 0, owned_by: provider.name }))
  const { status, body } = await get(upstream, provider)
  const parsed = status === 200 ? listShape.safeParse(parse(body)) : undefined
  if (parsed?.success) return parsed.data.data
  throw new RelayRefusal(
    502,
    'upstream_error',
    'upstream_error',
    `The model service does not list its models: it answered ${status}.`,
  )
}

function get(
  upstream: Upstream,
  { baseUrl, apiKey, sendsApiKeyHeader, proxyUrl, guarded }: ListedProvider,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let status = 0
    let length = 0
    const call = upstream.send(
      {
        url: `${baseUrl.replace(/\/+$/, '')}/models`,
        method: 'GET',
        route: guarded
          ? { kind: 'kept' }
          : { kind: 'trusted', ...(proxyUrl === undefined ? {} : { proxyUrl }) },
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
          ...(apiKey && sendsApiKeyHeader ? { 'api-key': apiKey } : {}),
        },
      },
      {
        head(told) {
          status = told
        },
        data(chunk) {
          length += chunk.length
          if (length <= mostBytes) {
            chunks.push(Buffer.from(chunk))
            return true
          }
          call.abort()
          resolve({ status: 502, body: '' })
          return false
        },
        end: () => resolve({ status, body: Buffer.concat(chunks).toString('utf8') }),
        failed: (error: ParleyError) => reject(error),
      },
    )
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
