const leastRounds = 8
const mostRounds = 150

/**
 * How many times the processor time of `other` `one` takes, which is what both differ by where nothing sleeps, however
 * busy the machine is. What comes in between only ever adds: the least of each come to what the work itself takes, and
 * if that differed by more than a tenth, no number of rounds would bring them together.
 */
export async function timesTheWork(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<number> {
  await one()
  await other()
  let [ofOne, ofOther] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < mostRounds; round += 1) {
    ofOne = Math.min(ofOne, await spent(one))
    ofOther = Math.min(ofOther, await spent(other))
    if (round >= leastRounds && Math.abs(ofOne / ofOther - 1) < 0.1) break
  }
  return ofOne / ofOther
}

async function spent(work: () => Promise<unknown>): Promise<number> {
  const from = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(from)
  return user + system
}
