import type { Agent } from '../../core/agent.ts'
import type { QuotaClaim, Reservation } from '../../core/quota.ts'
import type { RelayBooks } from '../../core/relay-books.ts'
import type { RelayedOutcome, RelayedRequest } from '../../core/relayed-request.ts'
import { countTokens } from '../../core/tokens.ts'
import type { Upstream, UpstreamHeaders } from '../../core/upstream.ts'
import type { SpentCall, Usage } from '../../core/usage.ts'
import { type Attempted, attempt } from './attempt.ts'
import { type RelayCaller, type RelayHeaders, relayPlace } from './caller.ts'
import { readSaid, type Said } from './completion.ts'
import type { Outlet } from './outlet.ts'
import { countAsked, type Prepared, prepare } from './prepare.ts'
import type { Pump } from './pump.ts'
import { quotaSpent, RelayRefusal } from './refusal.ts'
import { chooseTargets, type NamedAddresses, type RelayProvider, type RelayTarget } from './target.ts'

export interface ExchangeDependencies {
  readonly upstream: Upstream
  readonly named: NamedAddresses
  /** Those that serve this model, in the order in which they are tried. */
  readonly providersOf: (model: string) => Promise<readonly RelayProvider[]>
  /** Who answers where no model is named. */
  readonly defaultAgent: (caller: RelayCaller) => Promise<Agent>
  readonly books: RelayBooks
  readonly nowMs: () => number
  readonly newId: () => string
}

/** One request on its way through. */
export interface Exchange {
  readonly asked: RelayHeaders
  readonly caller: RelayCaller
  readonly raw: Buffer
  readonly outlet: Outlet
  readonly headersFor: (from: UpstreamHeaders) => Readonly<Record<string, string>>
}

/** How it ended, for the log. */
export interface Relayed {
  readonly model: string
  readonly outcome: RelayedOutcome
  readonly status: number
}

/** Of an answer that has to be counted here, and of one that is kept. */
const countedTapeBytes = 256 * 1024
const keptTapeBytes = 4 * 1024 * 1024

/**
 * Holds the Quotas, asks the services one after the other until one answers, and settles. Throws a RelayRefusal as long
 * as nothing was written.
 */
export async function exchange(deps: ExchangeDependencies, given: Exchange): Promise<Relayed> {
  const { caller, outlet, raw } = given
  const startedAtMs = deps.nowMs()
  const prepared = prepare(raw, await deps.defaultAgent(caller), caller.memberId)
  const providers = await deps.providersOf(prepared.model)
  const targets = chooseTargets({ asked: given.asked, caller, providers, named: deps.named })
  const claim: QuotaClaim = {
    reservationId: deps.newId(),
    askerId: caller.identityId,
    thread: relayPlace,
    model: prepared.model,
    estimate: prepared.estimate,
    atMs: startedAtMs,
  }
  const reserved = await deps.books.reserve(claim)
  if (!reserved.granted) throw quotaSpent(reserved, deps.nowMs())
  const { reservation } = reserved
  if (outlet.left) {
    deps.books.release(claim.askerId, reservation)
    return { model: prepared.model, outcome: 'left', status: 499 }
  }
  const [attempted, target] = await tryAll(deps, given, prepared, targets)
  const settling = { deps, given, prepared, claim, reservation, target, startedAtMs }
  if (attempted.kind === 'relayed') {
    settle(settling, attempted)
    return { model: prepared.model, outcome: attempted.outcome, status: attempted.status }
  }
  if (attempted.sent) settleUnanswered(settling)
  else deps.books.release(claim.askerId, reservation)
  if (attempted.kind === 'refused') throw attempted.refusal
  return { model: prepared.model, outcome: 'left', status: 499 }
}

async function tryAll(
  deps: ExchangeDependencies,
  { outlet, headersFor, caller }: Exchange,
  prepared: Prepared,
  targets: readonly RelayTarget[],
): Promise<readonly [Attempted, RelayTarget]> {
  const mostTapeBytes = caller.keepsRequests ? keptTapeBytes : countedTapeBytes
  let ended: readonly [Attempted, RelayTarget] | undefined
  for (const target of targets) {
    const ask = (body: Buffer) =>
      attempt({ upstream: deps.upstream, outlet, target, prepared, body, headersFor, mostTapeBytes })
    let attempted = await ask(prepared.body)
    if (attempted.kind === 'refused' && attempted.next === 'without usage')
      attempted = await ask(prepared.bodyWithoutUsage ?? prepared.body)
    report(target, attempted)
    ended = [attempted, target]
    if (attempted.kind !== 'refused' || attempted.next !== 'another') return ended
  }
  if (!ended) throw new RelayRefusal(503, 'server_error', 'no_provider', 'No model service is configured.')
  return ended
}

/** So that the next question is asked of who answers. */
function report({ breaker }: RelayTarget, attempted: Attempted): void {
  if (attempted.kind === 'relayed') breaker?.succeeded()
  else if (attempted.kind === 'refused' && attempted.next === 'another') breaker?.failed(attempted.error)
}

interface Settling {
  readonly deps: ExchangeDependencies
  readonly given: Exchange
  readonly prepared: Prepared
  readonly claim: QuotaClaim
  readonly reservation: Reservation
  readonly target: RelayTarget
  readonly startedAtMs: number
}

function settle(
  settling: Settling,
  {
    pump,
    outcome,
    status,
  }: { readonly pump: Pump; readonly outcome: RelayedOutcome; readonly status: number },
): void {
  const { deps, given, claim, reservation, target } = settling
  const isKept = given.caller.keepsRequests
  const said = isKept || !pump.usage ? readSaid(pump.tape.bytes(), pump.streamed) : undefined
  const usage = pump.usage ?? said?.usage
  const spent = usage ?? ownCount(given.raw, pump, said)
  deps.books.settle({
    askerId: claim.askerId,
    reservation,
    call: callOf(claim, target, spent, usage === undefined),
    ...(isKept ? { kept: record(settling, { pump, outcome, status, usage: spent, said }) } : {}),
  })
}

/** The service was asked and nothing of its answer is known. */
function settleUnanswered({ deps, given, claim, reservation, target }: Settling): void {
  const usage = { inputTokens: countAsked(given.raw), cachedInputTokens: 0, outputTokens: 0 }
  deps.books.settle({ askerId: claim.askerId, reservation, call: callOf(claim, target, usage, true) })
}

function callOf(
  { reservationId, model, atMs }: QuotaClaim,
  { provider }: RelayTarget,
  usage: Usage,
  estimated: boolean,
): SpentCall {
  return { callId: reservationId, purpose: 'relay', model, provider, usage, estimated, atMs }
}

/** What was too long for the tape is taken to be like what is on it. */
function ownCount(raw: Buffer, { tape }: Pump, said: Said | undefined): Usage {
  const taken = tape.bytes().length
  const outputTokens = countTokens(said?.text ?? '')
  return {
    inputTokens: countAsked(raw),
    cachedInputTokens: 0,
    outputTokens: taken === 0 ? 0 : Math.ceil((outputTokens * tape.length) / taken),
  }
}

function record(
  { deps, given, prepared, claim, target, startedAtMs }: Settling,
  ended: {
    readonly pump: Pump
    readonly outcome: RelayedOutcome
    readonly status: number
    readonly usage: Usage
    readonly said: Said | undefined
  },
): RelayedRequest {
  const { pump, outcome, status, usage, said } = ended
  return {
    id: claim.reservationId,
    atMs: startedAtMs,
    memberId: given.caller.memberId,
    apiKeyId: given.caller.apiKeyId,
    model: prepared.model,
    host: target.host,
    streamed: pump.streamed,
    outcome,
    status,
    request: given.raw,
    response: pump.tape.bytes(),
    truncated: pump.tape.truncated,
    choices: said?.choices ?? [],
    usage,
    estimated: pump.usage === undefined && said?.usage === undefined,
    durationMs: deps.nowMs() - startedAtMs,
  }
}
