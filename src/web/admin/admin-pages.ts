import type { Context } from 'hono'
import type { Store } from '../../core/store.ts'
import type { Readiness } from '../health.ts'

/** What the pages of those who manage are made of. */
export interface AdminPages {
  readonly store: Store
  readonly nowMs: () => number
  /** Whence a request comes, as far as it is believed. */
  readonly address: (c: Context) => string | undefined
  readonly readiness: () => Promise<Readiness>
  /** What is practice here. */
  readonly practice: { readonly model: boolean; readonly platforms: boolean }
}
