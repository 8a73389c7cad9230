import { randomUUID } from 'node:crypto'
import { html } from 'hono/html'
import type { Words } from '../../core/words.ts'
import type { Html } from '../views/html.ts'
import { icon } from '../views/icon.ts'

export interface Composer {
  readonly action: string
  readonly placeholder: string
  /** What could not be taken is not lost. */
  readonly typed?: string
  readonly autofocus?: boolean
  /** Where an answer may be under way. */
  readonly canStop?: boolean
  /** Whom to begin with, where there is a choice. */
  readonly agents?: Html
}

/** Where one writes. A form like any other; its script sends without leaving the page. */
export function composer(
  words: Words['dialogue'],
  { action, placeholder, typed = '', autofocus = false, canStop = false, agents = html`` }: Composer,
): Html {
  return html`<p id="status" class="status" role="status"></p><div class="composer"><form id="composer" method="post" action="${action}">
<input type="hidden" name="once" value="${randomUUID()}" autocomplete="off"><label class="unseen" for="text">${placeholder}</label>
<textarea id="text" name="text" rows="1" required maxlength="100000" placeholder="${placeholder}" enterkeyhint="send" autocomplete="off"${autofocus ? html` autofocus` : ''}>${typed}</textarea>
<div class="composer-bar"><button type="button" class="btn quiet square" data-do="file" data-js aria-label="${words.addFile}" title="${words.addFile}">${icon('plus')}</button><input type="file" id="file" multiple hidden>${agents}<span class="meta hint">${words.hint}</span><span class="spacer"></span>${canStop ? html`<button type="submit" form="act" name="stop" id="stop" class="btn" hidden>${words.stop}</button>` : ''}<button type="submit" class="btn primary">${words.send}</button></div>
</form></div>`
}

/** What the form said; sent twice by a hurried finger, it is said once. */
export function saidIn(text: string, once: string) {
  return once === '' ? { text } : { text, clientId: once }
}
