import { html } from 'hono/html'
import type { Member } from '../../core/member.ts'
import type { Words } from '../../core/words.ts'
import type { Html } from '../views/html.ts'

/** What the page's scripts say, in its language and to whom, as data of an element: no script stands in the page. */
export function spokenWords(
  { dialogue, chats, frame, problems }: Words,
  { id, email = '', settings }: Member,
): Html {
  const {
    signIn,
    keys,
    parley,
    thinking,
    stop,
    lost,
    notSent,
    retry,
    tooLarge,
    notText,
    copy,
    copied,
    cancel,
    sendAgain,
    newest,
    edited,
  } = dialogue
  const said = {
    signIn,
    keys,
    parley,
    thinking,
    stop,
    lost,
    notSent,
    retry,
    tooLarge,
    notText,
    copy,
    copied,
    cancel,
    sendAgain,
    newest,
    edited,
    failed: dialogue.failed,
    failures: dialogue.failures,
    unconfirmed: chats.unconfirmed,
    gone: dialogue.gone,
    toTheChats: frame.toTheChats,
    internal: problems.internal,
  }
  return html`<div id="words" hidden data-me="${id}" data-email="${email}" data-zone="${settings.timeZone ?? ''}" data-words="${JSON.stringify(said)}"></div>`
}
