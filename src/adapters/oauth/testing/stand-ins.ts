import type { IdentityProvider, ProviderAttempt } from '../../../core/identity-provider.ts'
import { createDiscordIdentity } from '../../../sandbox/identity/discord-identity.ts'
import { createGitHubIdentity } from '../../../sandbox/identity/github-identity.ts'
import { createKakaoIdentity } from '../../../sandbox/identity/kakao-identity.ts'
import { createOidcIdentity } from '../../../sandbox/identity/oidc-identity.ts'
import type { IdentityPerson } from '../../../sandbox/identity/person.ts'
import { serveIdentity } from '../../../sandbox/identity/serve.ts'
import { createSlackIdentity } from '../../../sandbox/identity/slack-identity.ts'
import type { IdentityStandIn } from '../../../sandbox/identity/stand-in.ts'
import { createIdentityProviders } from '../providers.ts'

export const serviceIds = ['slack', 'discord', 'github', 'kakao', 'oidc'] as const
export type ServiceId = (typeof serviceIds)[number]

export interface TestServices {
  readonly providers: readonly IdentityProvider[]
  readonly standIns: Readonly<Record<ServiceId, IdentityStandIn>>
  readonly urls: Readonly<Record<ServiceId, string>>
  provider(id: ServiceId): IdentityProvider
  close(): Promise<void>
}

/** All five services on ports of this machine, and the adapters that speak to them. */
export async function startServices({
  people,
  now,
  timeoutMs = 2_000,
  enterpriseId,
}: {
  readonly people?: readonly IdentityPerson[]
  readonly now?: () => number
  readonly timeoutMs?: number
  readonly enterpriseId?: string
} = {}): Promise<TestServices> {
  const options = { ...(people ? { people } : {}), ...(now ? { now } : {}) }
  const standIns = {
    slack: createSlackIdentity({ ...options, ...(enterpriseId === undefined ? {} : { enterpriseId }) }),
    discord: createDiscordIdentity(options),
    github: createGitHubIdentity(options),
    kakao: createKakaoIdentity(options),
    oidc: createOidcIdentity(options),
  }
  const served = await Promise.all(serviceIds.map(id => serveIdentity(standIns[id])))
  const urlOf = (id: ServiceId) => served[serviceIds.indexOf(id)]?.url ?? ''
  const registered = (id: ServiceId) => {
    const { client } = standIns[id]
    return { clientId: client.id, clientSecret: client.secret, url: urlOf(id), timeoutMs }
  }
  const providers = createIdentityProviders({
    slack: registered('slack'),
    discord: registered('discord'),
    github: { ...registered('github'), apiUrl: `${urlOf('github')}/api/v3` },
    kakao: { ...registered('kakao'), apiUrl: urlOf('kakao') },
    oidc: { ...registered('oidc'), issuer: urlOf('oidc') },
  })
  for (const id of serviceIds) standIns[id].allowRedirect(redirectUrl(id))
  return {
    providers,
    standIns,
    urls: Object.fromEntries(serviceIds.map(id => [id, urlOf(id)])) as Record<ServiceId, string>,
    provider(id) {
      const found = providers.find(provider => provider.id === id)
      if (!found) throw new Error(`There is no ${id}.`)
      return found
    },
    close: async () => {
      await Promise.all(served.map(one => one.close()))
    },
  }
}

export const redirectUrl = (id: string) => `http://parley.example/auth/${id}/callback`

export function attemptAt(id: string, change: Partial<ProviderAttempt> = {}): ProviderAttempt {
  const secret = (of: string) => of.repeat(43).slice(0, 43)
  return {
    state: secret('state'),
    nonce: secret('nonce'),
    verifier: secret('verifier'),
    redirectUrl: redirectUrl(id),
    ...change,
  }
}

/** Somebody picks who to be on the service's page, and is sent back: what the browser then carries. */
export async function agree(authorizeUrl: URL, as: string): Promise<URLSearchParams> {
  const choice = new URL(authorizeUrl)
  choice.searchParams.set('as', as)
  const response = await fetch(choice, { redirect: 'manual' })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`Not sent back: ${response.status} ${await response.text()}`)
  return new URL(location).searchParams
}
