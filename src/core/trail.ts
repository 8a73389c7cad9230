import type { Platform, ThreadRef } from './thread.ts'

/** The points a message passes, in order. Named here once: logs, the sandbox's trail and the kill tests use them. */
export const steps = [
  'inbound.received',
  'inbound.stored',
  'inbound.acknowledged',
  'turn.begun',
  'turn.context_built',
  'model.called',
  'model.first_text',
  'model.ended',
  'part.planned',
  'part.posted',
  'part.updated',
  'part.waited',
  'turn.delivering',
  'turn.shown',
  'turn.ended',
] as const
export type Step = (typeof steps)[number]

export interface TrailEntry {
  readonly step: Step
  readonly thread?: ThreadRef
  /** Where a step has no thread of its own. */
  readonly platform?: Platform
  /** How long the platform makes what comes next wait. */
  readonly waitMs?: number
  readonly turnId?: string
  /** With what begins a Turn: when it was accepted, which another process may have done. */
  readonly acceptedAtMs?: number
  /** What a person would want to know of it: an event's type, a decision, a count. */
  readonly detail?: string
}

/** Told of every step as it is reached, before anything after it is done. Must be quick and must not throw. */
export type Trail = (entry: TrailEntry) => void
