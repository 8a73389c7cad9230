import { h } from './dom.js'

/**
 * @typedef {{ fill: (text: string) => void, editLast: () => void, drop: () => void, speakAs: (index: number) => void }} TryDeeds
 */

/** What the composer holds when somebody opens the sandbox for the first time. */
export const firstWords = '@Parley hello! What can you do here?'

/** What to say next in a thread in which Parley has answered. */
export const followUps = ['what did I say first?', 'what did you see?', 'long answer', 'table', 'slow']

/**
 * Things that show what Parley does, each one press away.
 * @param {TryDeeds} deeds
 * @param {string} command how this platform asks for help
 */
export function tryList({ fill, editLast, drop, speakAs }, command) {
  /** @param {string} title @param {string} detail @param {() => void} onclick */
  const item = (title, detail, onclick) =>
    h(
      'li',
      {},
      h('button', { type: 'button', class: 'try', onclick }, h('b', {}, title), h('span', {}, detail)),
    )
  return h(
    'ul',
    { class: 'tries' },
    item('Mention @Parley', 'It answers in a thread. Then ask a follow-up there, without a mention.', () =>
      fill(firstWords),
    ),
    item('Ask for a long answer', 'It is cut at quiet places, and code and tables stay whole.', () =>
      fill('@Parley long answer'),
    ),
    item('Press Stop', 'It writes slowly. Press Stop under it: what is there stays.', () =>
      fill('@Parley slow'),
    ),
    item('Edit what you said', 'Press e: the answer is written anew, in the same place.', editLast),
    item('Ask what it saw', 'It lists every message that it was given, word for word.', () =>
      fill('@Parley what did you see?'),
    ),
    item('Speak as Grace', 'Once two people speak in a thread, Parley waits for a mention.', () =>
      speakAs(1),
    ),
    item(`Type ${command}`, 'Commands are answered to you alone, or open a thread.', () => fill(command)),
    item('Drop the connection', 'Then say something: it is answered once Parley is back.', drop),
  )
}
