import { html } from 'hono/html'
import type { Member } from '../../core/member.ts'
import type { Words } from '../../core/words.ts'
import type { Html } from '../views/html.ts'

/** What the page's scripts say, in its language and to whom, as data of an element: no script stands in the page. */
export function spokenWords(
  { dialogue, chats, frame, problems }: Words,
  { id, email = '', settings }: Member,
): Html {
  const said = {
    signIn: dialogue.signIn,
    keys: dialogue.keys,
    parley: dialogue.parley,
    thinking: dialogue.thinking,
    stop: dialogue.stop,
    lost: dialogue.lost,
    notSent: dialogue.notSent,
    retry: dialogue.retry,
    tooLarge: dialogue.tooLarge,
    notText: dialogue.notText,
    copy: dialogue.copy,
    copied: dialogue.copied,
    cancel: dialogue.cancel,
    sendAgain: dialogue.sendAgain,
    failed: dialogue.failed,
    failures: dialogue.failures,
    gone: dialogue.gone,
    unconfirmed: chats.unconfirmed,
    toTheChats: frame.toTheChats,
    internal: problems.internal,
  }
  return html`<div id="words" hidden data-me="${id}" data-email="${email}" data-zone="${settings.timeZone ?? ''}" data-words="${JSON.stringify(said)}"></div>`
}
