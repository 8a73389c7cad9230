import { html } from 'hono/html'
import type { FieldCode, FieldProblem } from '../../core/field-problem.ts'
import type { Words } from '../../core/words.ts'

/** What was typed into a form and what was wrong with it. */
export interface Typed {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly problems: readonly FieldProblem[]
}

export const nothingTyped: Typed = { values: {}, problems: [] }

export interface Field {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'file'
  readonly autocomplete?: string
  /** The id of a datalist of what may be typed. */
  readonly list?: string
  readonly inputmode?: 'numeric' | 'email'
  readonly required?: boolean
  /** Said beside the label of what may be left out. */
  readonly optional?: string
  /** Characters. Told, not enforced: a browser would cut off silently what is pasted. */
  readonly max?: number
  readonly minlength?: number
  readonly accept?: string
  readonly autofocus?: boolean
  /** The field whose text this one has to repeat; a hint for client/hints.js. */
  readonly same?: string
}

/**
 * A labelled field with its hint, and what was wrong with it beside it. A password is never given back. The first
 * wrong field has the focus when the page opens.
 */
export function field(words: Words, typed: Typed, shown: Field, idPrefix = '') {
  const { name, label, hint, type = 'text', optional } = shown
  const id = `${idPrefix}${name}`
  const error = errorOf(words, typed, name)
  const value = type === 'password' || type === 'file' ? undefined : typed.values[name]
  const isFirst = error !== undefined && typed.problems[0]?.field === name && !shown.autofocus
  const described = [hint === undefined ? '' : `${id}-hint`, `${id}-error`].filter(Boolean).join(' ')
  return html`<div class="field" data-field="${name}">
<label for="${id}">${label}${optional === undefined ? '' : html` <span class="optional">${optional}</span>`}</label>
<input id="${id}" name="${name}" type="${type}"${attributesOf(words, shown)}${isFirst ? html` autofocus` : ''}${value === undefined ? '' : html` value="${value}"`} aria-describedby="${described}"${error === undefined ? '' : html` aria-invalid="true"`}>
${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}
<p class="error" id="${id}-error">${error ?? ''}</p>
</div>`
}

/** A text of several lines, with the same manners. */
export function textArea(words: Words, typed: Typed, shown: Field) {
  const { name, label, hint, max } = shown
  const error = errorOf(words, typed, name)
  return html`<div class="field" data-field="${name}">
<label for="${name}">${label}</label>
<textarea id="${name}" name="${name}"${max === undefined ? '' : html` data-max="${max}"`}${hintsOf(words, shown)} aria-describedby="${name}-hint ${name}-error"${error === undefined ? '' : html` aria-invalid="true"`}>
${typed.values[name] ?? ''}</textarea>
<p class="hint" id="${name}-hint">${hint ?? ''}</p>
<p class="error" id="${name}-error">${error ?? ''}</p>
</div>`
}

export interface Option {
  readonly value: string
  readonly text: string
  /** The language that `text` is in, when it is not the page's. */
  readonly lang?: string
}

export function select(words: Words, typed: Typed, shown: Field, options: readonly Option[]) {
  const { name, label, hint } = shown
  const error = errorOf(words, typed, name)
  const chosen = typed.values[name] ?? ''
  return html`<div class="field" data-field="${name}">
<label for="${name}">${label}</label>
<select id="${name}" name="${name}" aria-describedby="${hint === undefined ? '' : `${name}-hint `}${name}-error"${error === undefined ? '' : html` aria-invalid="true"`}>
${options.map(({ value, text, lang }) => html`<option value="${value}"${lang === undefined ? '' : html` lang="${lang}"`}${value === chosen ? html` selected` : ''}>${text}</option>`)}
</select>
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}
<p class="error" id="${name}-error">${error ?? ''}</p>
</div>`
}

function errorOf(words: Words, { problems }: Typed, name: string): string | undefined {
  const problem = problems.find(one => one.field === name)
  return problem && words.problems.field(problem)
}

function attributesOf(words: Words, shown: Field) {
  const { required, autofocus, same } = shown
  const named = (['autocomplete', 'inputmode', 'minlength', 'accept', 'list'] as const).flatMap(name =>
    shown[name] === undefined ? [] : [html` ${name}="${shown[name]}"`],
  )
  return html`${named}${required ? html` required` : ''}${autofocus ? html` autofocus` : ''}${same === undefined ? '' : html` data-same="${same}"`}${shown.max === undefined ? '' : html` data-max="${shown.max}"`}${hintsOf(words, shown)}`
}

/** What client/hints.js says, in the words that the server would use. */
function hintsOf(words: Words, shown: Field) {
  const say = (attribute: string, code: FieldCode) =>
    html` data-${attribute}="${words.problems.field({ field: shown.name, code })}"`
  return html`${shown.required ? say('required', 'required') : ''}${shown.type === 'email' || shown.type === 'number' ? say('malformed', 'malformed') : ''}${shown.minlength === undefined ? '' : say('too-short', 'too_short')}${shown.max === undefined ? '' : say('too-long', 'too_long')}${shown.same === undefined ? '' : say('different', 'different')}`
}
