import { html } from 'hono/html'
import type { OpenedDialogue } from '../../core/history.ts'
import type { Words } from '../../core/words.ts'
import type { Html } from '../views/html.ts'
import { icon } from '../views/icon.ts'

/** What can be done with a dialogue, behind one button. */
export function dialogueMenu(
  words: Words['dialogue'],
  { id, title, pinned, access, thread, mayRename }: OpenedDialogue,
  agents: Html,
): Html {
  const isOwnWeb = thread.platform === 'web' && access === 'own'
  return html`<details class="menu" data-menu><summary class="btn quiet square" aria-label="${words.more}" title="${words.more}">${icon('more')}</summary><div class="menu-sheet">
${mayRename ? html`<form method="post" action="/chats/${id}/rename" class="menu-form"><label for="new-title">${words.titleLabel}</label><div class="row"><input id="new-title" name="title" value="${title}" maxlength="200" required><button class="btn">${words.save}</button></div></form>` : ''}
${access === 'glass' ? '' : agents}<button type="submit" form="act" name="${pinned ? 'unpin' : 'pin'}" value="${id}">${pinned ? words.unpin : words.pin}</button>
${thread.platform === 'web' ? html`<a href="/chats/${id}/people">${words.people}</a>` : ''}
${
  access === 'glass'
    ? ''
    : html`<a href="/chats/${id}/share">${words.share}</a>
<a href="/chats/${id}/export.md" download>${words.exportMarkdown}</a>
<a href="/chats/${id}/export.json" download>${words.exportJson}</a>`
}
<a class="danger" href="/chats/${id}/remove">${isOwnWeb ? words.remove : words.hide}</a>
</div></details>`
}
