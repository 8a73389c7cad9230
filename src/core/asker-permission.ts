import { type Refusal, refuse } from './admission.ts'
import { type PermissionRefusal, permitByRoles } from './permission.ts'
import { type ErrorCode, isRetryable, toParleyError } from './errors.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import type { RefusedReason } from './decision.ts'
import { settleCalls } from './spent.ts'

/** A Turn of which nothing was shown yet. */
export type AskedTurn = Omit<Running, 'agent'>

/** A platform that does not tell roles is asked this often, in attempts of growing distance. */
const maxAsked = 3

/**
 * Whether the asker may still be answered, now that the platform can be asked for their roles: it is, only where the
 * word hangs on them. Roles that cannot be read refuse. Rejects when it is worth asking again later.
 */
export async function judgeAsker(deps: TurnDependencies, turn: AskedTurn): Promise<Refusal | undefined> {
  const identity = turn.turn.asker
  const member = await deps.store.members.ofIdentity(identity.id)
  const { permission } = await permitByRoles(
    turn.policy,
    { identity, ...(member ? { member } : {}) },
    turn.platform.rolesOf && (() => readRoles(turn)),
  )
  if (permission.verdict === 'allowed') return undefined
  return { reason: permission.verdict === 'refused' ? permission.reason : 'roles_unread' }
}

async function readRoles(turn: AskedTurn): Promise<readonly string[] | undefined> {
  const { platform, dialogue, job, log, leave } = turn
  try {
    // Who presses Stop meanwhile is no refusal: that is seen to once it is known whether they may be answered.
    return await platform.rolesOf?.(turn.turn.asker, dialogue.thread, leave)
  } catch (thrown) {
    const error = toParleyError(thrown)
    if (leave.aborted || (job.attempt < maxAsked && isRetryable(error))) throw error
    log.warn({ code: error.code, error }, 'the roles of who asked could not be read')
    return undefined
  }
}

/** Ends a Turn that must not be answered, with nothing shown: the person is told alone, and the Decision says so. */
export async function refuseTurn(deps: TurnDependencies, turn: AskedTurn, refusal: Refusal): Promise<void> {
  const { job, dialogue, answer } = turn
  const { thread, direct } = dialogue
  const { id, asker } = turn.turn
  await deps.store.atomically(async stores => {
    await stores.jobs.hold(job.lease)
    await stores.dialogues.lock(dialogue.id)
    // The first message of a thread stands in its channel, and so does what is said to its author alone.
    const inThread = thread.threadId !== thread.channelId && turn.asked.at(-1)?.ref !== thread.threadId
    const { decision } = await refuse(
      stores,
      asker,
      { thread, direct, inThread },
      refusal,
      deps.clock.nowMs(),
    )
    await stores.decisions.overturn(id, decision)
    await stores.turns.deliver(id, job.lease, {
      end: 'failed',
      error: errorOf(refusal.reason),
      text: answer.text,
      tokens: answer.tokens ?? 0,
    })
    await stores.turns.end(id, job.lease)
    // A process that died may have reserved, and asked, while it was still allowed.
    await settleCalls(stores, { turnId: id })
  })
  deps.trail({ step: 'turn.ended', thread, turnId: id, detail: `refused, ${refusal.reason}` })
  turn.log.info({ outcome: 'refused', reason: refusal.reason }, 'turn ended')
}

const codes: Readonly<Record<PermissionRefusal | 'moderated' | 'roles_unread', ErrorCode>> = {
  not_allowed: 'not_allowed',
  link_needed: 'link_needed',
  email_unconfirmed: 'email_unconfirmed',
  suspended: 'account_suspended',
  moderated: 'moderated',
  roles_unread: 'roles_unread',
}

/** What a refusal is called where it is thrown. */
export function errorOf(reason: RefusedReason): ErrorCode {
  return Object.hasOwn(codes, reason) ? codes[reason as keyof typeof codes] : 'forbidden'
}
