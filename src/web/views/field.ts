import { html } from 'hono/html'
import type { FieldProblem } from '../../core/field-problem.ts'
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
  readonly inputmode?: 'numeric' | 'email'
  readonly required?: boolean
  /** Said beside the label of what may be left out. */
  readonly optional?: string
  readonly maxlength?: number
  readonly minlength?: number
  readonly accept?: string
  readonly autofocus?: boolean
  /** The field whose text this one has to repeat; a hint for client/hints.js. */
  readonly same?: string
}

/** A labelled field with its hint, and what was wrong with it beside it. A password is never given back. */
export function field(words: Words, typed: Typed, shown: Field, idPrefix = '') {
  const { name, label, hint, type = 'text', optional } = shown
  const id = `${idPrefix}${name}`
  const error = errorOf(words, typed, name)
  const value = type === 'password' || type === 'file' ? undefined : typed.values[name]
  const described = [hint === undefined ? '' : `${id}-hint`, `${id}-error`].filter(Boolean).join(' ')
  return html`<div class="field" data-field="${name}">
<label for="${id}">${label}${optional === undefined ? '' : html` <span class="optional">${optional}</span>`}</label>
<input id="${id}" name="${name}" type="${type}"${attributesOf(shown)}${value === undefined ? '' : html` value="${value}"`} aria-describedby="${described}"${error === undefined ? '' : html` aria-invalid="true"`}>
${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}
<p class="error" id="${id}-error">${error ?? ''}</p>
</div>`
}

/** A text of several lines, with the same manners. */
export function textArea(words: Words, typed: Typed, shown: Field) {
  const { name, label, hint, maxlength } = shown
  const error = errorOf(words, typed, name)
  return html`<div class="field" data-field="${name}">
<label for="${name}">${label}</label>
<textarea id="${name}" name="${name}"${maxlength === undefined ? '' : html` maxlength="${maxlength}"`} aria-describedby="${name}-hint ${name}-error"${error === undefined ? '' : html` aria-invalid="true"`}>
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

function attributesOf({ required, autofocus, same, ...shown }: Field) {
  const named = (['autocomplete', 'inputmode', 'maxlength', 'minlength', 'accept'] as const).flatMap(name =>
    shown[name] === undefined ? [] : [html` ${name}="${shown[name]}"`],
  )
  return html`${named}${required ? html` required` : ''}${autofocus ? html` autofocus` : ''}${same === undefined ? '' : html` data-same="${same}"`}`
}
