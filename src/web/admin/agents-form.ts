import type { Context } from 'hono'
import { html } from 'hono/html'
import { type AgentDefinition, agentLimits, knowledgeTokens } from '../../core/agent-definition.ts'
import { diffDefinitions } from '../../core/agent-diff.ts'
import type { KeptAgent } from '../../core/kept-agent.ts'
import { countTokens } from '../../core/tokens.ts'
import type { WebEnv } from '../context.ts'
import { field, select, textArea, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'

const plainFields = [
  'name',
  'description',
  'model',
  'instructions',
  'temperature',
  'topP',
  'maxTokens',
  'stop',
  'contextTokens',
  'exchanges',
  'questions',
] as const

/** Five is the choice that was asked for; the others are beside it. */
const exchangeChoices = [1, 3, 5, 10, 20]

/** What was typed into the form of an Agent, as text. */
export async function readAgentForm(c: Context): Promise<Typed['values']> {
  const body = await c.req.parseBody()
  const notes = Array.from({ length: agentLimits.knowledgeNotes }, (_, at) => [noteTitle(at), noteText(at)])
  const names = [...plainFields, ...notes.flat(), 'revision', 'question', 'save', 'publish', 'try', 'note']
  return Object.fromEntries(
    names.map(name => {
      const value = body[name]
      // A browser sends line ends as CR LF, whatever was typed.
      return [name, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : undefined]
    }),
  )
}

/** What was typed, as a definition; what is no number becomes one that no check lets pass. */
export function definitionIn(values: Typed['values']): AgentDefinition {
  const text = (name: string) => (values[name] ?? '').trim()
  const number = (name: string) => (text(name) === '' ? undefined : Number(text(name).replace(',', '.')))
  const lines = (name: string) =>
    (values[name] ?? '').split('\n').flatMap(line => (line.trim() === '' ? [] : [line.trim()]))
  const [temperature, topP, exchanges] = [number('temperature'), number('topP'), number('exchanges')]
  const knowledge = Array.from({ length: agentLimits.knowledgeNotes }, (_, at) => ({
    title: text(noteTitle(at)),
    text: text(noteText(at)),
  }))
  return {
    name: text('name'),
    description: text('description'),
    ...(text('model') === '' ? {} : { model: text('model') }),
    instructions: text('instructions'),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    maxTokens: number('maxTokens') ?? Number.NaN,
    stop: lines('stop'),
    contextTokens: number('contextTokens') ?? Number.NaN,
    ...(exchanges === undefined ? {} : { exchanges }),
    knowledge: knowledge.filter(note => note.title !== '' || note.text !== ''),
    questions: lines('questions'),
  }
}

/** A definition as the form shows it. */
export function valuesOf(definition: AgentDefinition): Typed['values'] {
  const { stop, questions, knowledge, maxTokens, contextTokens, temperature, topP, exchanges } = definition
  const notes = knowledge.flatMap(({ title, text }, at) => [
    [noteTitle(at), title],
    [noteText(at), text],
  ])
  return {
    name: definition.name,
    description: definition.description,
    model: definition.model ?? '',
    instructions: definition.instructions,
    temperature: temperature?.toString() ?? '',
    topP: topP?.toString() ?? '',
    maxTokens: String(maxTokens),
    stop: stop.join('\n'),
    contextTokens: String(contextTokens),
    exchanges: exchanges?.toString() ?? '',
    questions: questions.join('\n'),
    ...Object.fromEntries(notes),
  }
}

export function isDraftPublished({ draft, published }: KeptAgent): boolean {
  return published !== undefined && diffDefinitions(published.definition, draft).length === 0
}

/** The fields of an Agent. */
export function agentFields(c: Context<WebEnv>, typed: Typed, usualModel: string): Html {
  const words = c.get('words')
  const { agents } = words
  const shown = (name: string, label: string, hint: string, more: object = {}) =>
    field(words, typed, { name, label, hint, ...more })
  return html`<section class="card"><h2>${agents.heads.who}</h2><div class="form">
${shown('name', agents.name, agents.nameHint, { required: true, max: agentLimits.name, autocomplete: 'off' })}
${shown('description', agents.description, agents.descriptionHint, { max: agentLimits.description, autocomplete: 'off' })}
${textArea(words, typed, { name: 'instructions', label: agents.instructions, hint: agents.instructionsHint, max: agentLimits.instructions })}
</div></section>
<section class="card"><h2>${agents.heads.model}</h2><div class="form">
${shown('model', agents.model, agents.modelHint(usualModel), { autocomplete: 'off' })}
<div class="pair">${shown('temperature', agents.temperature, agents.temperatureHint)}${shown('topP', agents.topP, agents.topPHint)}</div>
<div class="pair">${shown('maxTokens', agents.maxTokens, agents.maxTokensHint, { inputmode: 'numeric', required: true })}${shown('contextTokens', agents.contextTokens, agents.contextTokensHint, { inputmode: 'numeric', required: true })}</div>
${textArea(words, typed, { name: 'stop', label: agents.stop, hint: agents.stopHint })}
</div></section>
<section class="card"><h2>${agents.heads.memory}</h2><div class="form">
${select(words, typed, { name: 'exchanges', label: agents.depth }, depths(c, typed))}
${knowledge(c, typed)}
</div></section>
<section class="card"><h2>${agents.heads.guide}</h2><div class="form">
${textArea(words, typed, { name: 'questions', label: agents.questions, hint: agents.questionsHint })}
</div></section>`
}

function depths(c: Context<WebEnv>, { values }: Typed) {
  const { depths: words } = c.get('words').agents
  const chosen = Number(values['exchanges'])
  const counts = new Set([...exchangeChoices, ...(chosen > 0 ? [chosen] : [])])
  return [
    { value: '', text: words.all },
    ...[...counts]
      .toSorted((a, b) => a - b)
      .map(count => ({ value: String(count), text: words.exchanges(count) })),
  ]
}

function knowledge(c: Context<WebEnv>, typed: Typed): Html {
  const words = c.get('words')
  const { agents } = words
  const amount = (tokens: number) => tokens.toLocaleString(c.get('language'))
  const problem = typed.problems.find(one => one.field === 'knowledge')
  const kept = Array.from({ length: agentLimits.knowledgeNotes }, (_, at) => at).filter(
    at => (typed.values[noteTitle(at)] ?? '') !== '' || (typed.values[noteText(at)] ?? '') !== '',
  )
  const slots = Math.min(agentLimits.knowledgeNotes, (kept.at(-1) ?? -1) + 2)
  const all = knowledgeTokens(
    kept.map(at => ({ title: typed.values[noteTitle(at)] ?? '', text: typed.values[noteText(at)] ?? '' })),
  )
  return html`<fieldset class="field knowledge"><legend>${agents.knowledge}</legend><p class="hint">${agents.knowledgeAbout(amount(all))}</p>
<p class="error" id="knowledge-error">${problem ? words.problems.field(problem) : ''}</p>
${Array.from({ length: slots }, (_, at) => {
  const text = typed.values[noteText(at)] ?? ''
  const isKept = kept.includes(at)
  return html`<details class="note"${isKept && problem ? html` open` : ''}><summary>${isKept ? typed.values[noteTitle(at)] || agents.noteText(at + 1) : agents.addNote}${isKept ? html` <small>${amount(countTokens(text))}</small>` : ''}</summary>
${field(words, typed, { name: noteTitle(at), label: agents.noteTitle(at + 1), max: agentLimits.knowledgeTitle, autocomplete: 'off' })}
${textArea(words, typed, { name: noteText(at), label: agents.noteText(at + 1), hint: isKept ? agents.noteTokens(amount(countTokens(text))) : agents.noteEmpty, max: agentLimits.knowledgeText })}
</details>`
})}</fieldset>`
}

function noteTitle(at: number): string {
  return `knowledgeTitle${at + 1}`
}

function noteText(at: number): string {
  return `knowledgeText${at + 1}`
}
