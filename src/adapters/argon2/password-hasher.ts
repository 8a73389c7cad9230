import type { parseOptions as parse } from '@node-rs/argon2'
import { createGate } from '../../core/gate.ts'
import type { PasswordHasher } from '../../core/password.ts'

export interface Argon2Cost {
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/** OWASP's parameters for argon2id, which is the library's own kind: 19 MiB, two passes, one lane. */
export const owaspCost: Argon2Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** At 8 ms a hash and two at once, the last of these waits less than two seconds. */
const maxWaiting = 400

/** Two hashes at once, so that a flood of logins leaves the other requests their processor. */
const atOnce = 2

const argon2id = 2

/** Read with the first password: not every Parley is given one. */
const library = () => import('@node-rs/argon2')

export function createPasswordHasher(cost: Argon2Cost = owaspCost): PasswordHasher {
  const gate = createGate({ atOnce, maxWaiting })
  // What nobody's password is: who has no hash is compared with it, and takes as long as who has one.
  let decoy: Promise<string> | undefined
  return {
    hash: password => gate.pass(async () => (await library()).hash(password.normalize('NFKC'), cost)),
    async verify(kept, password) {
      const { hash, parseOptions, verify } = await library()
      decoy ??= hash(crypto.randomUUID(), cost)
      const against = kept ?? (await decoy)
      const right = await gate.pass(() => verify(against, password.normalize('NFKC')))
      const ok = right && kept !== undefined
      return { ok, outdated: ok && isOutdated(parseOptions(against), cost) }
    },
  }
}

function isOutdated(
  { algorithm, memoryCost, timeCost, parallelism }: ReturnType<typeof parse>,
  cost: Argon2Cost,
): boolean {
  return (
    Number(algorithm) !== argon2id ||
    memoryCost !== cost.memoryCost ||
    timeCost !== cost.timeCost ||
    parallelism !== cost.parallelism
  )
}
