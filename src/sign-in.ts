import type { Hono } from 'hono'
import type { AccountConfig } from './account-config.ts'
import { secrets } from './adapters/jose/secrets.ts'
import { createIdentityProviders } from './adapters/oauth/providers.ts'
import { systemClock } from './clock.ts'
import type { Accounts } from './core/account.ts'
import { redeemLink, tellLinked } from './core/linking.ts'
import type { Log } from './core/log.ts'
import { createSignIn, type IdentityProof, type SignIn } from './core/sign-in-with.ts'
import type { Store } from './core/store.ts'
import type { SignInConfig } from './sign-in-config.ts'
import { type Auth, createAuth } from './web/auth.ts'
import type { WebEnv } from './web/context.ts'
import { loginRoutesOf, loginsCard } from './web/logins.ts'
import { createProxies } from './web/client-address.ts'
import { createSessionCookies } from './web/session-cookies.ts'

/** Signing in with other services, as this process serves it. */
export interface SignInParts {
  readonly signIn: SignIn
  readonly proveIdentity: Auth['proveIdentity']
  readonly routes: readonly Hono<WebEnv>[]
  readonly profileCard: ReturnType<typeof loginsCard>
}

export interface SignInWiring {
  readonly store: Store
  readonly log: Log
  readonly publicUrl: string
  readonly accounts: Accounts
}

export function openSignIn(
  services: SignInConfig,
  { allowedOrigins, trustedProxies }: Pick<AccountConfig, 'allowedOrigins' | 'trustedProxies'>,
  { store, log, publicUrl, accounts }: SignInWiring,
): SignInParts {
  const signIn = createSignIn({
    store,
    log,
    secrets,
    clock: systemClock,
    providers: createIdentityProviders(services),
    redirectUrl: provider => redirectUrl(publicUrl, provider),
    admit: (newcomer, also) => accounts.admit(newcomer, also),
    redeem: proof => redeem(store, proof),
    linked: (stores, identity, member) => tellLinked(stores, identity, member, systemClock.nowMs()),
  })
  const cookies = createSessionCookies({
    publicUrl,
    allowedOrigins,
    proxies: createProxies(trustedProxies),
  })
  const auth = createAuth({ signIn, publicUrl, accounts, cookies })
  return {
    signIn,
    proveIdentity: (c, asked) => auth.proveIdentity(c, asked),
    routes: [auth.routes, loginRoutesOf({ signIn, cookies })],
    profileCard: loginsCard({ signIn, cookies }),
  }
}

async function redeem(store: Store, { memberId, linkCodeHash }: IdentityProof) {
  const member = await store.members.get(memberId)
  const { state } = await redeemLink(store, linkCodeHash, member, systemClock.nowMs())
  if (state === 'linked') return 'redeemed'
  return state === 'elsewhere' ? 'taken' : 'stale'
}

/** What is registered at a service, letter by letter. */
export function redirectUrl(publicUrl: string, provider: string): string {
  return `${publicUrl}/auth/${provider}/callback`
}
