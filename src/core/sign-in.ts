import type { Accounts, SessionGrant } from './account.ts'
import {
  type AccountDependencies,
  isOwnerToBe,
  promote,
  tell,
  tryAt,
  tryFrom,
} from './account-dependencies.ts'
import { orderMail } from './account-mail.ts'
import { ParleyError } from './errors.ts'
import type { Member } from './member.ts'
import { accessTokenMs, type Device, type Session, sessionMs } from './session.ts'
import type { Stores } from './store.ts'

type SigningIn = Pick<
  Accounts,
  | 'login'
  | 'startSession'
  | 'refresh'
  | 'authenticate'
  | 'logout'
  | 'logoutEverywhere'
  | 'listSessions'
  | 'endSession'
>

export function signingIn(deps: AccountDependencies): SigningIn {
  const { store, clock, tokens, secrets } = deps
  return {
    login: (credentials, from) => login(deps, credentials, from),
    startSession: async (memberId, method, from) =>
      start(deps, await store.members.get(memberId), method, from),
    refresh: (refreshToken, from) => refresh(deps, refreshToken, from),
    async authenticate(accessToken) {
      const held = await tokens.verify(accessToken, clock.nowMs())
      if (!held) return undefined
      const [session, member, viewer] = await Promise.all([
        store.sessions.find(held.sessionId, clock.nowMs()),
        store.members.find(held.memberId),
        store.members.viewer(held.memberId),
      ])
      if (!member || session?.memberId !== member.id) return undefined
      return { member, viewer, sessionId: session.id }
    },
    async logout({ sessionId, refreshToken }) {
      const held =
        refreshToken === undefined
          ? undefined
          : await store.sessions.ofRefreshToken(secrets.hash(refreshToken))
      if (held) await store.sessions.end(held.sessionId, held.memberId, 'logout', clock.nowMs())
      if (sessionId === undefined || sessionId === held?.sessionId) return
      const session = await store.sessions.find(sessionId, clock.nowMs())
      if (session) await store.sessions.end(session.id, session.memberId, 'logout', clock.nowMs())
    },
    async logoutEverywhere(memberId) {
      await store.sessions.endAll(memberId, 'logout', clock.nowMs())
    },
    listSessions: memberId => store.sessions.list(memberId, clock.nowMs()),
    async endSession(memberId, sessionId) {
      const ended = await store.sessions.end(sessionId, memberId, 'ended', clock.nowMs())
      if (!ended) throw new ParleyError('not_found', 'There is no such session.')
    },
  }
}

/** The same reads and one hash for whoever asks, so that time tells nothing of who has an account. */
async function login(
  deps: AccountDependencies,
  credentials: { readonly email: string; readonly password: string },
  from: Device,
): Promise<SessionGrant> {
  const { store, hasher } = deps
  const email = credentials.email.trim()
  const giveBackAddress = await tryFrom(deps, 'login', from)
  const giveBackAccount = await tryAt(deps, 'login', email)
  const member = await store.members.findByEmail(email)
  const hash = await store.members.passwordHash(member?.id ?? '')
  const { ok, outdated } = await hasher.verify(hash, credentials.password)
  if (!ok || !member) {
    throw new ParleyError('invalid_credentials', 'That e-mail and password do not belong together.')
  }
  await Promise.all([giveBackAddress(), giveBackAccount()])
  if (outdated) {
    await store.members.change(member.id, { passwordHash: await hasher.hash(credentials.password) })
  }
  return start(deps, member, 'password', from)
}

async function start(
  deps: AccountDependencies,
  known: Member,
  method: string,
  from: Device,
): Promise<SessionGrant> {
  const { store, clock, secrets } = deps
  if (known.suspended) throw new ParleyError('account_suspended', 'This account is suspended.')
  const refreshToken = secrets.make()
  const atMs = clock.nowMs()
  const { member, session } = await store.atomically(async stores => ({
    member: await ownerAtLast(deps, stores, known),
    session: await stores.sessions.start({
      ...from,
      memberId: known.id,
      method,
      atMs,
      expiresAtMs: atMs + sessionMs,
      refreshHash: secrets.hash(refreshToken),
    }),
  }))
  return grant(deps, member, session, refreshToken)
}

/** Who was named in ADMIN_EMAILS meanwhile; who has yet to prove the address is mailed a link. */
async function ownerAtLast(deps: AccountDependencies, stores: Stores, member: Member): Promise<Member> {
  const { email, emailConfirmed, emailProven } = member
  if (emailConfirmed && !emailProven && email !== undefined && isOwnerToBe(deps, member))
    await orderMail(stores, { kind: 'confirm', email, language: member.settings.language ?? 'en' })
  return promote(deps, stores, member)
}

async function refresh(deps: AccountDependencies, refreshToken: string, from: Device): Promise<SessionGrant> {
  const { store, clock, secrets } = deps
  const next = secrets.make()
  const rotation = await store.atomically(async stores => {
    const rotated = await stores.sessions.rotate({
      hash: secrets.hash(refreshToken),
      nextHash: secrets.hash(next),
      atMs: clock.nowMs(),
      ...from,
    })
    if (rotated.state === 'stolen') {
      const member = await stores.members.get(rotated.session.memberId)
      await tell(deps, stores, member, { notice: 'session_stolen', mail: 'session_stolen' })
    }
    return rotated
  })
  if (rotation.state !== 'rotated') throw new ParleyError('unauthenticated', 'The session is over.')
  return grant(deps, await store.members.get(rotation.session.memberId), rotation.session, next)
}

async function grant(
  { tokens, clock }: AccountDependencies,
  member: Member,
  session: Session,
  refreshToken: string,
): Promise<SessionGrant> {
  return {
    member,
    session,
    accessToken: await tokens.issue(session, clock.nowMs()),
    expiresIn: accessTokenMs / 1_000,
    refreshToken,
    refreshExpiresAtMs: session.expiresAtMs,
  }
}
