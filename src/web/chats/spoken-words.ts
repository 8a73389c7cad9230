import type { Context } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { signedInOf } from '../pages/member-only.ts'
import type { Html } from '../views/html.ts'

/**
 * What the page's scripts say in its language, and for whom they keep drafts: data of an element, since no script
 * stands in the page.
 */
export function spokenWords(c: Context<WebEnv>): Html {
  const { dialogue, chats, problems } = c.get('words')
  const { id, email = '', settings } = signedInOf(c).member
  // Sentences with a number or a name in them are the server's.
  const sentences = Object.entries(dialogue).filter(([, said]) => typeof said !== 'function')
  const said = {
    ...Object.fromEntries(sentences),
    unconfirmed: chats.unconfirmed,
    internal: problems.internal,
  }
  return html`<div id="words" hidden data-words="${JSON.stringify(said)}" data-member="${id}" data-email="${email}" data-zone="${settings.timeZone ?? ''}"></div>`
}
