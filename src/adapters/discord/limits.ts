/** Numbers that Discord sets, from its documentation unless another source is named. */

/** UTF-16 units of a message's content. */
export const maxContentLength = 2_000

/** Characters of a thread's name. */
export const maxThreadNameLength = 100

/** A typing indicator lasts 10 s; sent again a little earlier. */
export const typingEveryMs = 8_000

/** How long a nonce is remembered: "past few minutes". Beyond this a look at the channel decides. */
export const nonceWindowMs = 120_000

/**
 * Between two edits in one channel, whichever messages they touch: Discord publishes no number, and five in five
 * seconds are observed to pass.
 */
export const editEveryMs = 1_200

/** Messages of one page of a channel's history. */
export const historyPage = 100

/** Discord's ids count milliseconds from the first second of 2015. */
const epochMs = 1_420_070_400_000n

/** The smallest id that something of this moment can have. */
export function snowflakeAt(atMs: number): string {
  return String((BigInt(Math.max(0, Math.floor(atMs))) - epochMs) << 22n)
}

export function snowflakeMs(id: string): number {
  return Number((BigInt(id) >> 22n) + epochMs)
}
