import { steps } from '../src/core/trail.ts'
import type { Fault } from '../src/sandbox/faults.ts'
import type { Act, Deed, Platform, Round } from './act.ts'
import { createDice, type Dice } from './dice.ts'

/** Where a process is killed by name: every step of the trail but the one that a short answer never comes to. */
const killSteps = steps.filter(step => step !== 'part.waited')

const methods = {
  slack: [
    'chat.startStream',
    'chat.appendStream',
    'chat.stopStream',
    'chat.update',
    'chat.postMessage',
    'conversations.replies',
    'apps.connections.open',
  ],
  discord: [
    'POST /channels/:id/messages',
    'PATCH /channels/:id/messages/:id',
    'POST /channels/:id/messages/:id/threads',
    'GET /channels/:id/messages',
  ],
} as const

/** Everything that is done in a round: the same for the same round, whatever Parley makes of it. */
export function scheduleOf(round: Round): readonly Act[] {
  const dice = createDice('schedule', round.seed)
  const acts = talk(round, dice)
  for (let kill = 0; kill < round.kills; kill += 1) {
    // Spread over the whole round, and none before there is anything to lose.
    const share = (kill + dice.next()) / round.kills
    const at = Math.min(acts.length - 1, 2 + Math.floor(share * (acts.length - 2)))
    acts.splice(at, 0, { gapMs: dice.between(0, 400), ...killOf(round, dice) })
  }
  return acts
}

interface Asked {
  readonly question: number
  version: number
  gone: boolean
}

function talk(round: Round, dice: Dice): Act[] {
  const acts: Act[] = []
  const asked: Asked[] = []
  const add = (deed: Deed, gapMs = dice.between(0, 60)) => void acts.push({ gapMs, ...deed })
  const places = createPlaces(dice)
  for (let question = 0; question < round.turns; question += 1) {
    const burst = dice.chance(0.3)
    add({ do: 'say', question, ...places.next() }, burst ? 0 : dice.between(20, 220))
    asked.push({ question, version: 0, gone: false })
    if (dice.chance(0.22)) add(afterthought(asked, dice))
    if (dice.chance(0.25)) add(mischief(round, dice))
  }
  return acts
}

/** New threads and old ones, channels and direct messages, two platforms and three people. */
function createPlaces(dice: Dice) {
  const open: { place: number; platform: Platform; direct: boolean; owner: number }[] = []
  return {
    next() {
      const known = open.length > 0 && dice.chance(0.5) ? dice.pick(open.slice(-25)) : undefined
      if (known) {
        const person = known.direct || dice.chance(0.7) ? known.owner : dice.between(0, 2)
        const mention = !known.direct && (person !== known.owner || dice.chance(0.6))
        return { platform: known.platform, place: known.place, person, direct: known.direct, mention }
      }
      const platform: Platform = dice.chance(0.5) ? 'slack' : 'discord'
      const direct = dice.chance(0.2)
      const owner = dice.between(0, 2)
      const place = open.length
      open.push({ place, platform, direct, owner })
      return { platform, place, person: owner, direct, mention: !direct }
    },
  }
}

function afterthought(asked: readonly Asked[], dice: Dice): Deed {
  const recent = asked.slice(-8).filter(({ gone }) => !gone)
  const one = recent.length > 0 ? dice.pick(recent) : undefined
  if (!one) return { do: 'duplicate', count: 1 }
  const { question } = one
  const drawn = dice.next()
  if (drawn < 0.4) {
    one.version += 1
    return { do: 'edit', question, version: one.version }
  }
  if (drawn < 0.6) {
    one.gone = true
    return { do: 'remove', question }
  }
  return drawn < 0.8 ? { do: 'stop', question } : { do: 'duplicate', count: dice.between(1, 4) }
}

function mischief(round: Round, dice: Dice): Deed {
  const drawn = dice.next()
  const platform = dice.pick(['slack', 'discord'] as const)
  const victim = dice.between(0, round.processes - 1)
  if (drawn < 0.55) return faultOn(platform, dice)
  if (drawn < 0.62) return { do: 'fault', on: 'model', fault: modelFault(dice) }
  if (drawn < 0.68) return { do: 'order', order: dice.chance(0.5) ? 'message-first' : 'mention-first' }
  if (drawn < 0.8) return { do: 'disturb', platform, how: dice.pick(['drop', 'ask', 'forget'] as const) }
  if (drawn < 0.84) return { do: 'freeze', forMs: dice.between(500, 2_500) }
  if (drawn < 0.88) return { do: 'clock', victim, byMs: dice.between(-5_000, 5_000) }
  if (drawn < 0.91) return { do: 'leave', victim }
  if (round.engine === 'embedded') return { do: 'duplicate', count: 3 }
  const how = dice.pick(['stop', 'stop', 'freeze', 'crash'] as const)
  return { do: 'database', how, forMs: dice.between(200, 3_000) }
}

function faultOn(platform: Platform, dice: Dice): Deed {
  return { do: 'fault', on: platform, fault: faultOf(dice.pick(methods[platform]), dice) }
}

function faultOf(method: string, dice: Dice): Fault {
  const afterCommit = dice.chance(0.6)
  switch (dice.between(0, 3)) {
    case 0:
      return { method, kind: 'rate-limited', retryAfterMs: dice.between(100, 1_500) }
    case 1:
      return { method, kind: 'server-error', status: dice.pick([500, 502, 503]), afterCommit }
    case 2:
      return { method, kind: 'cut', afterCommit }
    default:
      // One in six is longer than any client waits: it is carried out, and nobody learns of it.
      return {
        method,
        kind: 'slow',
        delayMs: dice.chance(1 / 6) ? 11_000 : dice.between(200, 2_000),
        afterCommit,
      }
  }
}

function modelFault(dice: Dice): Fault {
  const method = 'POST /chat/completions'
  switch (dice.between(0, 2)) {
    case 0:
      return { method, kind: 'rate-limited', retryAfterMs: dice.between(100, 800) }
    case 1:
      return { method, kind: 'server-error', status: 500 }
    default:
      return { method, kind: 'cut' }
  }
}

function killOf(round: Round, dice: Dice): Deed {
  const victim = dice.between(0, round.processes - 1)
  if (dice.chance(0.4)) return { do: 'kill', victim, starting: dice.chance(0.2) }
  const platform = dice.pick(['slack', 'discord'] as const)
  const step = dice.pick(killSteps)
  // Nobody acknowledges to Discord.
  const at = platform === 'discord' && step === 'inbound.acknowledged' ? 'inbound.stored' : step
  return { do: 'kill', victim, at: { step: at, platform, time: dice.between(1, 3) } }
}
