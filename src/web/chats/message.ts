import { html, raw } from 'hono/html'
import type { ShownMessage } from '../../core/history.ts'
import type { Language, Viewer } from '../../core/member.ts'
import { type Words, wordsIn } from '../../core/words.ts'
import { renderMarkdown } from '../markdown.ts'
import { avatar } from '../views/avatar.ts'
import type { Html } from '../views/html.ts'

/** Who looks, and how they read times. */
export interface Reader {
  readonly viewer: Viewer
  readonly language: Language
  /** UTC without one; the page's script then shows the browser's own. */
  readonly timeZone?: string | undefined
  /** The way to a message on its platform. */
  readonly urlOf?: (ref: string) => string | undefined
}

/**
 * Messages that are read again and again, rendered once for each text: what is in it may change with the names of who
 * is in it. What was erased is not kept here either.
 */
const rendered = new Map<string, { readonly text: string; readonly html: string }>()
const rememberedMessages = 500

/** One message as an article of the page; the same on the first view, after it, and in frames. */
export function messageArticle(message: ShownMessage, reader: Reader): Html {
  const words = wordsIn(reader.language).dialogue
  const { id, role, turn, speaker } = message
  const isParley = role === 'assistant'
  const name = isParley ? words.parley : (speaker?.name ?? '')
  const isMine = speaker !== undefined && reader.viewer.identityIds.includes(speaker.identityId)
  const state = turn?.state ?? ''
  const sentId = sentAs(message, reader.viewer)
  return html`<article class="msg${isParley ? ' parley' : ''}${isMine ? ' mine' : ''}" id="m-${id}" data-id="${id}" data-position="${message.position}" data-turn="${turn?.id ?? ''}" data-state="${state}"${sentId === undefined ? '' : html` data-sent="${sentId}"`} aria-label="${name}">
${isParley ? html`<span class="avatar small parley-avatar" aria-hidden="true">P</span>` : avatar({ id: speaker?.memberId ?? speaker?.identityId ?? id, name, avatarTag: speaker?.avatarTag })}
<div class="who"><b>${name}</b><small>${time(message.sentAtMs, reader)}${message.fromWeb ? html` · ${words.fromWeb}` : ''}${isEdited(message) ? html` · <a href="/messages/${id}/versions" data-fold="versions">${words.edited}</a>` : ''}</small></div>
<div class="body prose">${body(message, words)}</div>
${note(message, words)}${under(message, words, isMine, reader)}
</article>`
}

/** The id under which the Viewer's own page sent it: that page may not know yet that it was taken. */
function sentAs({ ref, role }: ShownMessage, { memberId }: Viewer): string | undefined {
  const own = `web:${memberId}:`
  return role === 'user' && ref?.startsWith(own) ? ref.slice(own.length) : undefined
}

function body(message: ShownMessage, words: Words['dialogue']) {
  if (message.redacted) {
    rendered.delete(message.id)
    return html`<p><em>${words.removed}</em></p>`
  }
  const files =
    message.files.length === 0 ? '' : html`<p class="meta">${words.files(message.files.join(', '))}</p>`
  if (message.text === '' && isUnderWay(message)) return html`<p class="thinking">${words.thinking}</p>`
  return html`${raw(rendering(message))}${files}`
}

function rendering(message: ShownMessage): string {
  const { id, text } = message
  const known = rendered.get(id)
  if (known?.text === text) return known.html
  const made = renderMarkdown(text)
  // An answer that is still written is never read again as it is now.
  if (isUnderWay(message)) return made
  if (rendered.size >= rememberedMessages) rendered.delete(rendered.keys().next().value ?? '')
  rendered.set(id, { text, html: made })
  return made
}

/** Why an answer stands as it does, when it did not end well. */
function note({ turn }: ShownMessage, words: Words['dialogue']) {
  if (!turn) return ''
  if (turn.stopped && turn.state === 'stopped') return html`<p class="outcome">${words.stopped}</p>`
  if (turn.state !== 'failed' && turn.error === undefined) return ''
  return html`<p class="outcome bad">${words.failures[turn.error ?? ''] ?? words.failed}</p>`
}

function under(message: ShownMessage, words: Words['dialogue'], isMine: boolean, reader: Reader) {
  if (message.redacted) return ''
  const { id, turn, role } = message
  const isDone = role === 'user' || !isUnderWay(message)
  const url = message.ref === undefined ? undefined : reader.urlOf?.(message.ref)
  const retry = turn?.state === 'failed' ? words.retry : words.regenerate
  const { skip } = wordsIn(reader.language).agents
  return html`<div class="under">${branches(message, words)}${turn?.asks && isDone ? html`<button type="submit" form="act" name="skip" value="${id}" class="skip-question" data-web>${skip}</button>` : ''}${
    turn && isDone
      ? html`<a href="/turns/${turn.id}/receipt" data-fold="receipt">${seen(turn, words, reader)}</a><button type="submit" form="act" name="regenerate" value="${id}" data-web>${retry}</button>`
      : ''
  }${turn && !isDone ? html`<button type="submit" form="act" name="stop" value="${turn.id}">${words.stop}</button>` : ''}${
    isMine ? html`<button type="button" data-do="edit" data-web data-js>${words.edit}</button>` : ''
  }${isDone ? html`<button type="button" data-do="copy" data-js>${words.copy}</button>` : ''}${
    url === undefined ? '' : html`<a href="${url}" rel="noopener" target="_blank">↗</a>`
  }</div>`
}

/** What the model was given, in a line that opens. */
function seen({ seen: given }: NonNullable<ShownMessage['turn']>, words: Words['dialogue'], reader: Reader) {
  const amount = (count: number) => count.toLocaleString(reader.language)
  return given
    ? words.seen(amount(given.included), amount(given.known), amount(given.tokens))
    : words.receipt.none
}

/** The other ways the dialogue went from here. */
function branches({ branches: ways = [], way: own }: ShownMessage, words: Words['dialogue']) {
  if (ways.length < 2) return ''
  const at = Math.max(0, ways.indexOf(own ?? 'trunk'))
  const step = (to: number, label: string, sign: Html) => {
    const way = ways[to]
    return way === undefined
      ? html`<button type="button" disabled aria-label="${label}">${sign}</button>`
      : html`<button type="submit" form="act" name="branch" value="${way}" aria-label="${label}">${sign}</button>`
  }
  return html`<span class="ways" role="group" aria-label="${words.branchOf(at + 1, ways.length)}">${step(at - 1, words.previousBranch, html`‹`)}<span>${at + 1}/${ways.length}</span>${step(at + 1, words.nextBranch, html`›`)}</span>`
}

export function isUnderWay({ turn }: ShownMessage): boolean {
  return turn?.state === 'accepted' || turn?.state === 'running' || turn?.state === 'delivering'
}

/** An answer counts its rewritings as versions too; "edited" is said of what people wrote, and of rewritten answers. */
function isEdited({ version, redacted, role, turn }: ShownMessage): boolean {
  return version > 1 && !redacted && (role === 'user' || turn?.state === 'done')
}

function time(atMs: number, { language, timeZone }: Reader) {
  const shown = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: timeZone ?? 'UTC',
  }).format(atMs)
  return html`<time datetime="${new Date(atMs).toISOString()}" data-short>${shown}</time>`
}
