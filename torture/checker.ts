import {
  answeredOnce,
  answersAreWhole,
  nothingIsOrphaned,
  nothingThinks,
  shownIsStored,
} from './check-answers.ts'
import {
  callsAreCharged,
  countersAddUp,
  everythingIsSettled,
  usageWasTold,
  whatWasToldIsCharged,
} from './check-books.ts'
import { acknowledgedAreDecided, addressedAreAnswered } from './check-events.ts'
import { turnsAreInOrder } from './check-order.ts'
import { processesLive } from './check-processes.ts'
import type { Check, Evidence, Violation } from './evidence.ts'

export const checks: readonly Check[] = [
  acknowledgedAreDecided,
  addressedAreAnswered,
  answersAreWhole,
  answeredOnce,
  shownIsStored,
  nothingIsOrphaned,
  nothingThinks,
  turnsAreInOrder,
  processesLive,
  everythingIsSettled,
  usageWasTold,
  whatWasToldIsCharged,
  callsAreCharged,
  countersAddUp,
]

/** Decides over what was seen and what is stored; nothing broken gives nothing. */
export function violationsIn(evidence: Evidence): readonly Violation[] {
  return checks.flatMap(check => check(evidence))
}
