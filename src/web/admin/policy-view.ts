import { html } from 'hono/html'
import { languages } from '../../core/member.ts'
import { answerModes, answerPlaces, moderationChecks, type Policy } from '../../core/policy.ts'
import type { Words } from '../../core/words.ts'
import { field, type Option, select, textArea, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { maxRules } from './policy-form.ts'

export interface PolicyForm {
  readonly words: Words
  readonly typed: Typed
  readonly action: string
  /** What holds where this level says nothing: all levels above it. */
  readonly above: Policy
  /** There is a level above it: the installation has none. */
  readonly inherits: boolean
  readonly mayChange: boolean
}

/** Lines that are free to be filled in. */
const freeLines = 2

/** One level of policy as a form; who may only read gets the same, switched off. */
export function policyForm(form: PolicyForm): Html {
  const { words, action, mayChange } = form
  return html`<form method="post" action="${action}" class="form policy-form" novalidate>
<fieldset class="bare"${mayChange ? '' : html` disabled`}>
${accessCard(form)}
${answeringCard(form)}
${moderationCard(form)}
${mayChange ? html`<div class="form-actions"><button class="btn primary">${words.policies.save}</button></div>` : ''}
</fieldset></form>`
}

function accessCard(form: PolicyForm) {
  const { words, typed, above } = form
  const say = words.policies
  const filled = Array.from({ length: maxRules }, (_, line) => line).filter(line =>
    ['allow', 'deny'].includes(typed.values[`effect${line}`] ?? ''),
  )
  const lines = Math.min(maxRules, (filled.at(-1) ?? -1) + 1 + freeLines)
  return html`<section class="card" aria-labelledby="access"><h2 id="access">${say.access}</h2><p class="about">${say.accessAbout}</p>
<ol class="rules">${Array.from({ length: lines }, (_, line) => ruleLine(form, line))}</ol>
<p class="hint">${say.whomHint}</p>
${select(words, typed, { name: 'linkedOnly', label: say.linkedOnly, hint: say.linkedOnlyHint }, [
  usual(form, above.linkedOnly ? say.yes : say.no),
  { value: 'yes', text: say.yes },
  { value: 'no', text: say.no },
])}</section>`
}

/** One rule: what, for whom. Its labels are for those who hear them one after the other. */
function ruleLine({ words, typed }: PolicyForm, line: number) {
  const say = words.policies
  const value = (name: string) => typed.values[`${name}${line}`] ?? ''
  const problem = typed.problems.find(one => one.field === `whom${line}`)
  const option = (chosen: string, name: string, text: string) =>
    html`<option value="${name}"${name === chosen ? html` selected` : ''}>${text}</option>`
  const labelled = (name: string, label: string) =>
    html`aria-label="${label}, ${line + 1}" name="${name}${line}"`
  return html`<li class="field rule" data-field="whom${line}">
<select ${labelled('effect', say.effect)}>${Object.entries(say.effects).map(([name, text]) => option(value('effect') || 'none', name, text))}</select>
<select ${labelled('who', say.who)}>${Object.entries(say.subjects).map(([name, text]) => option(value('who') || 'everybody', name, text))}</select>
<input ${labelled('whom', say.whom)} value="${value('whom')}" autocomplete="off" spellcheck="false"${problem ? html` aria-invalid="true" aria-describedby="whom${line}-error"` : ''}>
<p class="error" id="whom${line}-error">${problem ? words.problems.field(problem) : ''}</p></li>`
}

function answeringCard(form: PolicyForm) {
  const { words, typed, above } = form
  const say = words.policies
  const named = <Word extends string>(all: readonly Word[], texts: Readonly<Record<Word, string>>) =>
    all.map(value => ({ value, text: texts[value] }))
  const language = above.language === undefined ? say.ofQuestion : say.languages[above.language]
  return html`<section class="card" aria-labelledby="answering"><h2 id="answering">${say.answering}</h2><div class="form">
${select(words, typed, { name: 'answerMode', label: say.answerMode, hint: say.answerModeHint }, [usual(form, say.answerModes[above.answerMode]), ...named(answerModes, say.answerModes)])}
<div class="pair">${select(words, typed, { name: 'answersIn', label: say.answersIn }, [usual(form, say.answerPlaces[above.answersIn]), ...named(answerPlaces, say.answerPlaces)])}
${select(words, typed, { name: 'language', label: say.language }, [usual(form, language), ...named(languages, say.languages)])}</div>
</div></section>`
}

function moderationCard({ words, typed }: PolicyForm) {
  const say = words.policies
  return html`<section class="card" aria-labelledby="moderation"><h2 id="moderation">${say.moderation}</h2><p class="about">${say.moderationAbout}</p><div class="form">
${textArea(words, typed, { name: 'words', label: say.words, hint: say.wordsHint })}
<div class="pair">${field(words, typed, { name: 'model', label: say.model, hint: say.modelHint, autocomplete: 'off' })}
${select(
  words,
  typed,
  { name: 'checks', label: say.checks, hint: say.checksHint },
  moderationChecks.map(value => ({ value, text: say.checkNames[value] })),
)}</div></div></section>`
}

function usual({ words, inherits }: PolicyForm, text: string): Option {
  const { asWider, asUsual } = words.policies
  return { value: '', text: inherits ? asWider(text) : asUsual(text) }
}
