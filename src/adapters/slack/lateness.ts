/** Which calls of one answer Slack may still carry out, though nobody was told that it did, and until when. */
export interface Lateness {
  /** When Slack has carried out what it is asked now, if ever. */
  soonMs(): number
  /** Slack is asked to post this Part. */
  posting(partId: string): void
  /** What came of posting it is known. */
  postingKnown(partId: string): void
  /** From when on nothing is posted any more that was asked for before now. */
  postedByMs(): number
  /** An update of the Part of this ordinal may come until then. */
  updateLost(ordinal: number, byMs: number): void
  /** Gives the ordinals of Parts that lost updates may still change, and until when; forgets them. */
  takeOvertaken(): { readonly ordinals: readonly number[]; readonly byMs: number } | undefined
}

export interface LatenessOptions {
  readonly nowMs: () => number
  /** Slack carries out what it was asked within this, or never. */
  readonly carriedOutWithinMs: number
  /** Until when what somebody before asked for may still be carried out; 0 where nobody was. */
  readonly lateUntilMs: number
}

export function createLateness({ nowMs, carriedOutWithinMs, lateUntilMs }: LatenessOptions): Lateness {
  const postedByMs = new Map<string, number>()
  const updatedByMs = new Map<number, number>()
  const soonMs = () => nowMs() + carriedOutWithinMs
  return {
    soonMs,
    posting: partId => void postedByMs.set(partId, soonMs()),
    postingKnown: partId => void postedByMs.delete(partId),
    postedByMs: () => Math.max(lateUntilMs, ...postedByMs.values()),
    updateLost: (ordinal, byMs) => void updatedByMs.set(ordinal, byMs),
    takeOvertaken() {
      if (updatedByMs.size === 0) return undefined
      const overtaken = { ordinals: [...updatedByMs.keys()], byMs: Math.max(...updatedByMs.values()) }
      updatedByMs.clear()
      return overtaken
    },
  }
}
