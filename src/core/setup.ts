import type { Clock } from './clock.ts'
import { ParleyError } from './errors.ts'
import type { Secrets } from './secret.ts'
import type { Store } from './store.ts'

/** A day: long enough to come back to the terminal, short enough to be forgotten in its history. */
export const setupLinkMs = 24 * 60 * 60_000

export interface SetupLinks {
  hasOwner(): Promise<boolean>
  add(hash: string, expiresAtMs: number): Promise<void>
  isGood(hash: string, nowMs: number): Promise<boolean>
  /** Takes every link away. True when this one was among them and good: of any number at once, for one alone. */
  spend(hash: string, nowMs: number): Promise<boolean>
}

/** Makes the first owner: whoever holds a link that only the terminal showed. */
export interface Setup {
  /** A new link, while there is no owner. */
  link(): Promise<string | undefined>
  isOpen(token: string): Promise<boolean>
  /** Throws `token_invalid` for a link that is spent or old, or when there is an owner already. */
  becomeOwner(token: string, memberId: string, address: string | undefined): Promise<void>
}

export interface SetupDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly secrets: Secrets
  readonly publicUrl: string
}

export function createSetup({ store, clock, secrets, publicUrl }: SetupDependencies): Setup {
  return {
    async link() {
      if (await store.setupLinks.hasOwner()) return undefined
      const token = secrets.make()
      await store.setupLinks.add(secrets.hash(token), clock.nowMs() + setupLinkMs)
      return `${publicUrl}/setup/${token}`
    },
    async isOpen(token) {
      if (await store.setupLinks.hasOwner()) return false
      return store.setupLinks.isGood(secrets.hash(token), clock.nowMs())
    },
    becomeOwner: (token, memberId, address) =>
      store.atomically(async stores => {
        const atMs = clock.nowMs()
        const isGood = await stores.setupLinks.spend(secrets.hash(token), atMs)
        // Only after `spend`, which waits for whoever was quicker.
        if (!isGood || (await stores.setupLinks.hasOwner()))
          throw new ParleyError('token_invalid', 'This link is used up or too old.')
        const { role } = await stores.members.lock(memberId)
        await stores.members.change(memberId, { role: 'owner' })
        await stores.notices.add(memberId, { kind: 'became_owner', atMs })
        await stores.audits.add({
          atMs,
          actorId: memberId,
          action: 'became_owner',
          subject: memberId,
          detail: { why: 'setup link', before: role, after: 'owner' },
          ...(address === undefined ? {} : { address }),
        })
      }),
  }
}
