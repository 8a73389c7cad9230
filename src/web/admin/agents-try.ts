import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import { definitionProblems } from '../../core/agent-definition.ts'
import { asAnswering } from '../../core/choose-agent.ts'
import { ParleyError, toParleyError } from '../../core/errors.ts'
import type { KeptAgent } from '../../core/kept-agent.ts'
import { type Trial, tryAgent } from '../../core/try-agent.ts'
import type { WebEnv } from '../context.ts'
import { renderMarkdown } from '../markdown.ts'
import { signedInOf } from '../pages/member-only.ts'
import { webThread } from '../platform.ts'
import type { Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { type AgentAdmin, agentsPath, checkMayChangeAgent } from './agents-base.ts'
import { definitionIn, readAgentForm } from './agents-form.ts'

/** What a try came to, with the form as it was typed. */
export interface Tried {
  readonly typed: Typed
  readonly trial?: Trial
  /** Why there is no answer, as a person is told. */
  readonly sentence?: string
}

/** A page waits this long for the model. */
const patienceMs = 90_000

/** Asks the model with what stands in the form, and keeps nothing. */
export async function tryIt(c: Context<WebEnv>, deps: AgentAdmin, agent: KeptAgent): Promise<Tried> {
  checkMayChangeAgent(c, agent)
  const words = c.get('words').agents
  const values = await readAgentForm(c)
  const draft = definitionIn(values)
  const problems = definitionProblems(draft)
  const typed = { values, problems }
  const question = values['question']?.trim() ?? ''
  if (problems.length > 0) return { typed, sentence: c.get('words').problems.invalid }
  if (question === '') return { typed, sentence: words.tryEmpty }
  const { member } = signedInOf(c)
  if (member.email !== undefined && !member.emailConfirmed) return { typed, sentence: words.tryUnconfirmed }
  const [asker] = await deps.store.members.identities(member.id)
  if (!asker) throw new ParleyError('internal', 'This member has no account on the web.')
  const thread = webThread('try')
  const place = agent.workspace ? { ...agent.workspace, channelId: 'try' } : thread
  const answering = await asAnswering(
    { store: deps.store, clock: deps, model: deps.usualModel },
    { id: agent.id, draft },
    place,
    asker,
  )
  const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(patienceMs)])
  const tried = { agent: answering, question, asker, thread, id: deps.newId() }
  try {
    return {
      typed,
      trial: await tryAgent({ ...deps, quotas: deps.store.quotas }, tried, signal),
    }
  } catch (thrown) {
    const { code } = toParleyError(thrown)
    if (code === 'internal' || code === 'database_unavailable') throw thrown
    return { typed, sentence: code === 'quota_exceeded' ? words.tryRefused : words.tryFailed }
  }
}

/** The side pane; its fields belong to the form of the draft, so that what is tried is what stands there. */
export function tryPane(c: Context<WebEnv>, id: string, typed: Typed, tried: Tried | undefined): Html {
  const words = c.get('words')
  const { agents } = words
  const amount = (tokens: number) => tokens.toLocaleString(c.get('language'))
  const isGuided = (typed.values['questions'] ?? '').trim() !== ''
  return html`<section class="card agent-try" aria-labelledby="try"><h2 id="try">${agents.tryIt}</h2><p class="about">${agents.tryAbout}</p>
<div class="form"><div class="field"><label for="question">${agents.tryQuestion}</label><textarea id="question" name="question" form="agent" rows="3">${typed.values['question'] ?? ''}</textarea></div>
<button class="btn" form="agent" name="try" value="1" formaction="${agentsPath(c, `/${id}/try`)}#try">${agents.tryAsk}</button></div>
<div role="status">${tried?.sentence === undefined ? '' : html`<p class="notice bad agent-told">${tried.sentence}</p>`}${tried?.trial ? answer(tried.trial) : ''}</div>
</section>`

  function answer({ text, inputTokens, outputTokens, model }: Trial) {
    return html`<h3>${agents.tryAnswer}</h3><div class="prose agent-answer">${raw(renderMarkdown(text))}</div><p class="meta">${agents.tryCost(amount(inputTokens), amount(outputTokens), model)}${isGuided ? html` · ${agents.tryGuided}` : ''}</p>`
  }
}
