import { createComposer, tell } from './chat/composer.js'
import { listenToCopying } from './chat/copying.js'
import { listenToDeeds } from './chat/deeds.js'
import { createDraft } from './chat/drafts.js'
import { find } from './chat/element.js'
import { listenToKeys } from './chat/keys.js'
import { createList } from './chat/list.js'
import { createMessages } from './chat/messages.js'
import { createOutbox } from './chat/outbox.js'
import { fetchPart } from './chat/part.js'
import { followEnd } from './chat/scroll.js'
import { createSending } from './chat/sending.js'
import { askToSignIn } from './chat/sign-in.js'
import { openSocket } from './chat/socket.js'
import { tellZone } from './chat/times.js'
import { readWords } from './chat/words.js'

/** What waited longer than this is asked about before it is sent. */
const freshMs = 10 * 60_000

document.documentElement.classList.add('js')
const words = readWords()
const flow = find('#flow', HTMLElement)
const root = find('#messages', HTMLElement)
tellZone()
if (flow && root) begin(flow, root, flow.dataset['dialogue'] ?? '')

/** @param {HTMLElement} flow @param {HTMLElement} root @param {string} dialogueId */
function begin(flow, root, dialogueId) {
  const messages = createMessages(root, words)
  const sending = createSending(root, words)
  const outbox = createOutbox(dialogueId)
  const scroll = followEnd(flow)
  const list = createList(dialogueId)
  const stop = find('#stop', HTMLButtonElement)
  listenToKeys(words)
  listenToCopying(words)
  listenToDeeds(words, dialogueId, {
    stop: turnId => socket.send({ type: 'stop', turnId }),
    changed: reload,
    earlier(link, part) {
      messages.finish(part)
      const before = flow.scrollHeight
      link.closest('.earlier')?.replaceWith(part)
      flow.scrollTop += flow.scrollHeight - before
    },
  })
  // The chat that was begun came to be: this page is its proof.
  const begun = createDraft('new')
  if (root.querySelector('.msg')?.getAttribute('data-text') === begun.read().trim()) begun.keep('')

  for (const one of outbox.all()) {
    sending.say(one)
    if (one.refused || Date.now() - one.atMs > freshMs) ask(one, '')
  }
  createComposer(words, dialogueId, text => {
    const one = outbox.add(text)
    sending.say(one)
    scroll.toEnd()
    if (!post(one)) tell(words.sending)
  })

  /** Turns whose answer was seen to be written. @type {Set<string>} */
  const writing = new Set()
  /** The branch that is shown; undefined until the first frame tells. @type {string | null | undefined} */
  let branch
  const socket = openSocket({
    up(isUp) {
      tell(isUp ? '' : words.lost)
      if (isUp) for (const one of outbox.all()) if (!one.refused) post(one)
    },
    signedOut,
    frame,
  })
  socket.watch(dialogueId)
  showStop()

  function signedOut() {
    tell('')
    askToSignIn(words, {
      signedIn: () => socket.wake(),
      later: () =>
        tell(words.signIn['ended'] ?? '', { text: words.signIn['submit'] ?? '', press: signedOut }),
    })
  }

  /** @param {any} told */
  function frame(told) {
    if (told.type === 'error') return refused(told)
    if (told.dialogueId !== dialogueId) return
    if (told.type === 'dialogue') renamed(told)
    if (told.type === 'message') said(told)
    if (told.type === 'turn') answered(told)
    showStop()
    scroll.keep()
  }

  /** @param {{ id: string, html?: string, position: number, role: string, clientId?: string, text: string, speaker?: { name: string } }} told */
  function said(told) {
    if (told.clientId !== undefined) {
      outbox.taken(told.clientId)
      sending.taken(told.clientId)
    }
    const isNew = messages.show(told)
    if (isNew && told.role === 'user' && told.clientId === undefined)
      announce(`${told.speaker?.name ?? ''}: ${told.text}`)
  }

  /** @param {any} told */
  function answered(told) {
    const article = messages.answer(told)
    const isLive = told.state === 'accepted' || told.state === 'running'
    list.mark(dialogueId, isLive)
    if (isLive) writing.add(told.turnId)
    else if (writing.delete(told.turnId))
      announce(`${words.answered} ${article.querySelector('.body')?.textContent ?? ''}`)
  }

  function showStop() {
    if (!stop) return
    const turn = messages.liveTurn
    if (stop.value !== turn) stop.disabled = false
    stop.hidden = turn === undefined
    stop.value = turn ?? ''
  }

  /** @param {{ title: string, branchId: string | null }} told */
  function renamed({ title, branchId }) {
    const heading = find('#title', HTMLElement)
    if (heading) heading.textContent = title
    document.title = `${title} · Parley`
    list.rename(dialogueId, title)
    const before = branch
    branch = branchId
    if (before !== undefined && before !== branchId) void reload()
  }

  /** Another branch is another dialogue from its fork on. */
  async function reload() {
    const part = await fetchPart(location.pathname, 'messages')
    if (!part) return
    messages.replace(part)
    for (const one of outbox.all()) sending.say(one)
    showStop()
    scroll.toEnd()
  }

  /** @param {import('./chat/outbox.js').Unsent} one */
  function post({ clientId, text }) {
    return socket.send({ type: 'send', dialogueId, clientId, text })
  }

  /** @param {{ code: string, message: string, clientId?: string }} told */
  function refused({ code, message, clientId }) {
    const one = clientId === undefined ? undefined : outbox.find(clientId)
    if (one) return ask(one, code === 'email_unconfirmed' ? words.unconfirmed : message)
    if (code !== 'unauthenticated') tell(message)
  }

  /** Its author decides whether it is sent again. @param {import('./chat/outbox.js').Unsent} one @param {string} reason */
  function ask(one, reason) {
    outbox.refuse(one)
    sending.refuse(one.clientId, reason, () => {
      if (!post(outbox.again(one))) tell(words.sending)
    })
    scroll.keep()
  }
}

/** Read out when nothing else is. @param {string} text */
function announce(text) {
  const line = find('#said', HTMLElement)
  if (line) line.textContent = text.replace(/\s+/g, ' ').trim().slice(0, 500)
}
