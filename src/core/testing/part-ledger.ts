import { ParleyError } from '../errors.ts'
import type { Part, PartLedger } from '../part.ts'

export interface MemoryPartLedger extends PartLedger {
  /** Every Part that was ever planned, oldest first, removed ones included. */
  readonly parts: readonly Part[]
  /** Platform messages that are Parts of other Messages. */
  readonly elsewhere: Set<string>
  /** From now on another process holds the lease: every call rejects with `lease_lost`. */
  loseLease(): void
  /** The lease is back: the same Turn was taken up again. */
  takeLease(): void
}

/** The Parts of one answer, in memory, for tests of renderers. Keeps every promise of PartLedger. */
export function createPartLedger(options: {
  readonly messageId?: string
  readonly nowMs: () => number
}): MemoryPartLedger {
  const messageId = options.messageId ?? 'answer'
  let parts: readonly Part[] = []
  let held = true
  const elsewhere = new Set<string>()

  function underLease(): void {
    if (!held) throw new ParleyError('lease_lost', 'Another process has taken over.')
  }

  async function change(partId: string, to: Partial<Part>): Promise<void> {
    underLease()
    if (!parts.some(part => part.id === partId)) throw new ParleyError('not_found', `No part ${partId}.`)
    parts = parts.map(part => (part.id === partId ? { ...part, ...to } : part))
  }

  return {
    get parts() {
      return parts
    },
    elsewhere,
    others: refs => Promise.resolve(new Set(refs.filter(ref => elsewhere.has(ref)))),
    loseLease: () => void (held = false),
    takeLease: () => void (held = true),
    async list() {
      underLease()
      return parts
    },
    async plan(ordinal, { streaming = false } = {}) {
      underLease()
      const ofOrdinal = parts.filter(part => part.ordinal === ordinal)
      const known = ofOrdinal.find(part => part.state !== 'removed')
      if (known) return known
      const key = `${messageId}.${ordinal}.${ofOrdinal.length}`.slice(-25)
      const plannedAtMs = options.nowMs()
      const part: Part = { id: key, messageId, ordinal, key, state: 'posting', streaming, plannedAtMs }
      parts = [...parts, part]
      return part
    },
    posted: (partId, ref) => change(partId, { state: 'posted', ref }),
    streamClosed: partId => change(partId, { streaming: false }),
    removed: partId => change(partId, { state: 'removed', streaming: false }),
  }
}
