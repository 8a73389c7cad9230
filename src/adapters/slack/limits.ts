/** Numbers that Slack sets. Tiers are per method, workspace and app; sources are Slack's documentation unless named. */

/** Characters of one message: 12,000 is the documented limit of Markdown, and payloads near 13,200 have failed. */
export const maxPieceLength = 10_000

/** Characters of one append to a stream: small enough that a lost one costs little. */
export const maxAppendLength = 3_000

/** Slack closes a stream about five minutes after its start, whatever is sent. Observed, not documented. */
export const maxStreamAgeMs = 240_000

/** Milliseconds between two changes of one answer while it is written: about as fast as a person reads. */
export const appendEveryMs = 700
export const updateEveryMs = 1_200

/** A call that was not answered by then has an unknown outcome. */
export const callTimeoutMs = 10_000

/** Slack is taken to carry out a call within what we wait for it and two seconds more, or never. */
export const usualLatenessMs = 12_000

/** Slack retries a delivery that was not answered within 3 s. */
export const answerWithinMs = 2_500

/** Seconds that the timestamp of a signed request may be away from now. */
export const signatureWindowS = 300

/** Bytes of a delivery's body; Slack's own stay far below. */
export const maxBodyBytes = 1_048_576

/** Messages of one page of a thread, which starts at its oldest; Slack gives 15 to apps sold outside its Marketplace. */
export const historyPage = 999

/** Pages of a thread that are read at most: to reach its newest messages, all of them have to be. */
export const maxHistoryPages = 10

/** Channels or members of one page of a list: the most that Slack gives. */
export const listPage = 999

/** Pages of a list that are read at most. */
export const maxListPages = 20

/** How often a method may be called: at most `count` in any `windowMs`. */
export interface Allowance {
  readonly count: number
  readonly windowMs: number
}

// The windows are a little longer than Slack's, because calls arrive at other distances than they were sent.
const minuteMs = 61_000
/** Methods that are called all the time are spread over the minute, so that nothing waits for the next one. */
const tenthOfMinuteMs = 6_300

export const allowances = {
  'chat.startStream': { count: 20, windowMs: minuteMs },
  'chat.stopStream': { count: 20, windowMs: minuteMs },
  'chat.appendStream': { count: 10, windowMs: tenthOfMinuteMs },
  'chat.update': { count: 5, windowMs: tenthOfMinuteMs },
  'chat.delete': { count: 50, windowMs: minuteMs },
  // Per channel: one a second.
  'chat.postMessage': { count: 1, windowMs: 1_050 },
  // Fifty together, so that the end of a session, which is worth waiting for, hardly ever waits.
  'agents.sessions.setStatus': { count: 30, windowMs: minuteMs },
  'agents.sessions.setStatus processing': { count: 20, windowMs: minuteMs },
  'conversations.replies': { count: 50, windowMs: minuteMs },
  // For who may read what: about half of what Slack allows, because answers call the two last ones too.
  'users.conversations': { count: 4, windowMs: tenthOfMinuteMs },
  'conversations.members': { count: 6, windowMs: tenthOfMinuteMs },
  'users.info': { count: 5, windowMs: tenthOfMinuteMs },
  'conversations.info': { count: 2, windowMs: tenthOfMinuteMs },
} as const satisfies Record<string, Allowance>

export type PacedMethod = keyof typeof allowances
