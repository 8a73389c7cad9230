/** The first millisecond of 2015, from which Discord counts. */
const epochMs = 1_420_070_400_000n
/** Above every id of the cast, and 18 digits long, however far back an injected clock begins. */
const floor = 600_000_000_000_000_000n

/** The time an id was made, as anyone can read it from the id. */
export function snowflakeMs(id: string): number {
  return Number((BigInt(id) >> 22n) + epochMs)
}

/** Makes ids in the real layout, each greater than all before it and than `atLeast`. */
export function createSnowflakes(now: () => number, atLeast: string): () => string {
  let last = BigInt(atLeast) > floor ? BigInt(atLeast) : floor
  return () => {
    const timely = (BigInt(Math.floor(now())) - epochMs) << 22n
    last = timely > last ? timely : last + 1n
    return last.toString()
  }
}
