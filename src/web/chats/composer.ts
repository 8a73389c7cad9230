import { randomUUID } from 'node:crypto'
import { html } from 'hono/html'
import type { Words } from '../../core/words.ts'
import type { Html } from '../views/html.ts'
import { icon } from '../views/icon.ts'
import type { Said } from '../talk.ts'

export interface Composer {
  readonly action: string
  readonly placeholder: string
  /** What could not be taken is not lost. */
  readonly typed?: string
  readonly autofocus?: boolean
  /** Where an answer may be under way. */
  readonly canStop?: boolean
}

/** Where one writes. A form like any other; its script sends without leaving the page. */
export function composer(
  words: Words['dialogue'],
  { action, placeholder, typed = '', autofocus = false, canStop = false }: Composer,
): Html {
  return html`<div class="composer"><p id="status" class="status" role="status"></p><form id="composer" method="post" action="${action}">
<input type="hidden" name="clientId" value="${randomUUID()}">
<label class="unseen" for="text">${placeholder}</label>
<textarea id="text" name="text" rows="1" required maxlength="100000" placeholder="${placeholder}" enterkeyhint="send" autocomplete="off"${autofocus ? html` autofocus` : ''}>${typed}</textarea>
<div class="composer-bar"><button type="button" class="btn quiet square" data-do="file" data-js aria-label="${words.addFile}" title="${words.addFile}">${icon('plus')}</button><input type="file" id="file" multiple hidden><span class="meta hint">${words.hint}</span><span class="spacer"></span>${canStop ? html`<button type="submit" form="act" name="stop" id="stop" class="btn" hidden>${words.stop}</button>` : ''}<button type="submit" class="btn primary">${words.send}</button></div>
</form></div>`
}

/** What its form sends: the same form sent twice, by a second press or a reload, is said once. */
export function said(text: string, clientId: string): Said {
  return clientId === '' ? { text } : { text, clientId }
}
