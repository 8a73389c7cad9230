import type { Newcomer } from './account.ts'
import type { Clock } from './clock.ts'
import { auditLogin, concludeSignIn } from './conclude-sign-in.ts'
import { ParleyError, toParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import type { ExternalPerson, IdentityProvider, ProviderAttempt } from './identity-provider.ts'
import type { Log } from './log.ts'
import type { Login, LoginKey } from './login.ts'
import type { Language, Member } from './member.ts'
import { networkOf, type RateLimit } from './rate-limit.ts'
import type { Secrets } from './secret.ts'
import type { Device } from './session.ts'
import type { SignInPurpose } from './sign-in-attempt.ts'
import type { Store, Stores } from './store.ts'

/**
 * Signing in and linking by another service. The rules: a person is known by (provider, issuer, subject), never by an
 * e-mail address; a round trip ends in the browser that began it, once, within ten minutes; what belongs to another
 * Member is never moved.
 */
export interface SignIn {
  /** In the order in which they are offered. */
  readonly providers: readonly Pick<IdentityProvider, 'id' | 'name'>[]
  /**
   * Where to send the browser, and the secret that its cookie has to bring back. Throws `not_found` for a service that
   * is not configured, `rate_limited`, and `platform_unavailable`.
   */
  start(provider: string, start: SignInStart): Promise<{ readonly url: URL; readonly browserSecret: string }>
  /** What came of it. Throws only what is Parley's own failure. */
  finish(provider: string, answer: SignInAnswer): Promise<SignInOutcome>
  /** The ways in of a Member, oldest first. */
  list(memberId: string): Promise<readonly Login[]>
  /** Takes a way in away from its Member. The account on the platform stays linked. */
  forget(memberId: string, login: LoginKey, from: Device): Promise<'removed' | 'last_way_in' | 'not_found'>
}

export interface SignInStart {
  readonly purpose: SignInPurpose
  /** What the browser's cookie holds already, so that several tabs can be under way. */
  readonly browserSecret: string | undefined
  readonly from: Device
}

export interface SignInAnswer {
  /** Everything the browser carried back in its URL. */
  readonly parameters: URLSearchParams
  readonly browserSecret: string | undefined
  /** The Member this browser is signed in as, if any. */
  readonly memberId: string | undefined
  readonly language: Language
  readonly from: Device
}

export type SignInOutcome =
  | { readonly kind: 'signed_in' | 'registered'; readonly member: Member; readonly next?: string }
  | {
      readonly kind: 'linked' | 'proven'
      readonly memberId: string
      readonly identity?: Identity
      readonly next?: string
    }
  | { readonly kind: 'refused'; readonly reason: SignInRefusal; readonly purpose?: SignInPurpose }

export type SignInRefusal =
  /** Unknown, used, too old, begun in another browser or at another service. */
  | 'stale'
  | 'cancelled'
  | 'unavailable'
  /** What came back does not belong to this attempt, or is not what it claims to be. */
  | 'not_proven'
  /** An account has this e-mail: its owner signs in there and links the service. */
  | 'email_taken'
  /** The account on the platform is linked to another Member. */
  | 'account_taken'
  /** The service's account is another Member's way in. */
  | 'login_taken'
  /** Came back as somebody else than the LinkCode was issued to. */
  | 'other_account'
  /** No longer signed in as who began. */
  | 'other_member'
  | 'suspended'
  | 'code_stale'

/** A redeemer of a LinkCode, both sides shown to be the same person's. */
export interface IdentityProof {
  readonly memberId: string
  readonly identityId: string
  readonly linkCodeHash: string
}

export interface SignInDependencies {
  readonly store: Store
  readonly providers: readonly IdentityProvider[]
  readonly secrets: Secrets
  readonly clock: Clock
  readonly log: Log
  /** The exact address that is registered at the service. */
  readonly redirectUrl: (provider: string) => string
  /** `Accounts.admit`: makes the Member and runs `also` in the same transaction. Throws `email_taken`. */
  readonly admit: (
    newcomer: Newcomer,
    also: (stores: Stores, member: Member) => Promise<void>,
  ) => Promise<Member>
  /** Redeems the code, linking the Identity: `stale` when it is over, `taken` when the Identity is another's. */
  readonly redeem?: (proof: IdentityProof, from: Device) => Promise<'redeemed' | 'stale' | 'taken'>
  /** An account of a platform was linked, in the transaction that links it, so that both sides are told. */
  readonly linked?: (stores: Stores, identity: Identity, member: Member) => Promise<void>
}

/** RFC 9700 leaves the time to us; a person who looks for a password needs some, a thief of a state should have little. */
export const signInAttemptMs = 10 * 60_000

/** A whole class may begin from one address; a script that fills the table may not. */
export const signInsPerAddress: RateLimit = { tries: 120, windowMs: 15 * 60_000 }

/** 256 bits in base64url or longer. */
const secretShape = /^[\w-]{43,128}$/

export function createSignIn(deps: SignInDependencies): SignIn {
  const { store, providers } = deps
  const find = (id: string) => providers.find(provider => provider.id === id)
  return {
    providers: providers.map(({ id, name }) => ({ id, name })),
    async start(id, { purpose, browserSecret: known, from }) {
      const provider = find(id)
      if (!provider) throw new ParleyError('not_found', 'This service is not configured.')
      await limit(deps, from)
      const browserSecret = known !== undefined && secretShape.test(known) ? known : deps.secrets.make()
      const state = deps.secrets.make()
      const url = await provider.authorize(attemptOf(deps, id, state, browserSecret))
      const nowMs = deps.clock.nowMs()
      await store.signInAttempts.add(
        {
          stateHash: deps.secrets.hash(state),
          browserHash: deps.secrets.hash(browserSecret),
          provider: id,
          purpose,
          expiresAtMs: nowMs + signInAttemptMs,
        },
        nowMs,
      )
      return { url, browserSecret }
    },
    async finish(id, answer) {
      const provider = find(id)
      const spent = provider && (await spend(deps, id, answer))
      if (!provider || !spent) return { kind: 'refused', reason: 'stale' }
      const { purpose, attempt } = spent
      if (purpose.kind !== 'sign_in' && purpose.memberId !== answer.memberId)
        return { kind: 'refused', reason: 'other_member', purpose }
      const person = await ask(deps, provider, answer.parameters, attempt)
      if (typeof person === 'string') return { kind: 'refused', reason: person, purpose }
      return concludeSignIn(deps, { provider: id, person, purpose, answer })
    },
    list: memberId => store.logins.ofMember(memberId),
    async forget(memberId, login, from) {
      const outcome = await store.logins.remove(memberId, login)
      if (outcome === 'removed') {
        const by = { memberId, provider: login.provider, from }
        await auditLogin(deps, store, 'login.remove', by)
      }
      return outcome
    },
  }
}

async function limit({ store, clock }: SignInDependencies, { address }: Device): Promise<void> {
  if (address === undefined) return
  const key = `sign-in from ${networkOf(address)}`
  const taken = await store.rateLimits.take(key, signInsPerAddress, clock.nowMs())
  if (!taken.allowed)
    throw new ParleyError('rate_limited', 'Too many sign-ins were begun from this address.', {
      retryAfterMs: taken.retryAfterMs,
    })
}

/**
 * Nonce and verifier are computed from the browser's secret, and so are stored nowhere: who reads the database cannot
 * finish an attempt, and another browser cannot either.
 */
function attemptOf(
  { secrets, redirectUrl }: SignInDependencies,
  provider: string,
  state: string,
  browserSecret: string,
): ProviderAttempt {
  const derive = (use: string) => secrets.hash(`${use}\n${provider}\n${state}\n${browserSecret}`)
  return { state, nonce: derive('nonce'), verifier: derive('verifier'), redirectUrl: redirectUrl(provider) }
}

async function spend(
  deps: SignInDependencies,
  provider: string,
  { parameters, browserSecret }: SignInAnswer,
): Promise<{ readonly purpose: SignInPurpose; readonly attempt: ProviderAttempt } | undefined> {
  const [state, ...more] = parameters.getAll('state')
  if (!state || more.length > 0 || browserSecret === undefined) return undefined
  if (!secretShape.test(state) || !secretShape.test(browserSecret)) return undefined
  const purpose = await deps.store.signInAttempts.use(
    {
      stateHash: deps.secrets.hash(state),
      browserHash: deps.secrets.hash(browserSecret),
      provider,
    },
    deps.clock.nowMs(),
  )
  return purpose && { purpose, attempt: attemptOf(deps, provider, state, browserSecret) }
}

/** Who came back, or why nobody did. */
async function ask(
  { log }: SignInDependencies,
  provider: IdentityProvider,
  parameters: URLSearchParams,
  attempt: ProviderAttempt,
): Promise<ExternalPerson | SignInRefusal> {
  try {
    return await provider.finish(parameters, attempt)
  } catch (thrown) {
    const error = toParleyError(thrown)
    const fields = { component: 'sign-in', method: provider.id, code: error.code, error }
    if (error.code === 'aborted') return 'cancelled'
    if (error.code === 'unauthenticated') {
      log.warn(fields, 'a sign-in came back with what does not belong to it')
      return 'not_proven'
    }
    log.error(fields, 'a service could not be asked who signed in')
    return 'unavailable'
  }
}
