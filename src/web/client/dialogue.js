import { createComposer, tell } from './chat/composer.js'
import { listenToCopying } from './chat/copying.js'
import { find } from './chat/element.js'
import { began, createOutbox } from './chat/drafts.js'
import { clearAway } from './chat/gone.js'
import { openEditor } from './chat/editor.js'
import { newId } from './chat/kept.js'
import { listenToKeys } from './chat/keys.js'
import { createList } from './chat/list.js'
import { createMessages } from './chat/messages.js'
import { fetchPart } from './chat/part.js'
import { followEnd } from './chat/scroll.js'
import { askToSignIn } from './chat/sign-in.js'
import { openSocket } from './chat/socket.js'
import { tellZone } from './chat/times.js'
import { readWords } from './chat/words.js'

/** Until then nobody is told that the connection is away. */
const patienceMs = 1_000
/** Further back a link into the dialogue is not followed. */
const pagesBack = 20

document.documentElement.classList.add('js')
const words = readWords()
tellZone()
const flow = find('#flow', HTMLElement)
const root = find('#messages', HTMLElement)
if (flow && root) begin(flow, root, flow.dataset['dialogue'] ?? '')

/** @param {HTMLElement} flow @param {HTMLElement} root @param {string} dialogueId */
function begin(flow, root, dialogueId) {
  const messages = createMessages(root, words)
  const scroll = followEnd(flow, root)
  began.settle()
  const list = createList(dialogueId)
  listenToKeys(words)
  listenToCopying(words, dialogueId, tell)
  /** The branch that is shown. */
  let branch = flow.dataset['branch'] ?? ''
  const outbox = createOutbox(dialogueId)
  const stop = find('#stop', HTMLButtonElement)
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let losing

  const socket = openSocket({
    up(isUp) {
      clearTimeout(losing)
      // A connection that is back at once was not lost to anybody.
      if (!isUp) losing = setTimeout(() => tell(words.lost), patienceMs)
      else if (document.querySelector('#status')?.textContent === words.lost) tell('')
      if (isUp) for (const clientId of outbox.unsent.keys()) post(clientId)
    },
    signedOut: () => askToSignIn(words, () => socket.wake()),
    frame,
  })
  socket.watch(dialogueId, flow.dataset['cursor'])

  /** @param {any} told */
  function frame(told) {
    if (told.type === 'error') return refused(told)
    if (told.dialogueId !== dialogueId) return
    if (told.type === 'dialogue') renamed(told)
    if (told.type === 'message') {
      if (told.clientId !== undefined) outbox.remove(told.clientId)
      messages.show(told)
    }
    if (told.type === 'turn') {
      messages.answer(told)
      list.mark(told.state === 'accepted' || told.state === 'running')
    }
    showStop()
    scroll.keep()
  }

  /** Beside where one writes, however far up the answer began. */
  function showStop() {
    if (!stop) return
    const turnId = messages.liveTurn
    if (stop.value !== turnId) stop.disabled = false
    stop.hidden = turnId === undefined
    stop.value = turnId ?? ''
  }
  showStop()

  function gone() {
    socket.leave(dialogueId)
    list.remove(dialogueId)
    clearAway(words)
  }

  /** @param {{ title: string, branchId: string | null }} told */
  function renamed({ title, branchId }) {
    const heading = find('#title', HTMLElement)
    if (heading) heading.textContent = title
    document.title = `${title} · Parley`
    list.rename(dialogueId, title)
    if (branch === (branchId ?? '')) return
    branch = branchId ?? ''
    void reload()
  }

  /** Another branch is another dialogue from its fork on. */
  async function reload() {
    const part = await fetchPart(location.pathname, 'messages')
    if (!part) return
    messages.replaceAll(part)
    showStop()
    scroll.keep()
  }

  for (const [clientId, text] of outbox.unsent)
    if (root.querySelector(`[data-sent="${CSS.escape(clientId)}"]`)) outbox.remove(clientId)
    else messages.say(text, clientId)
  const composer = createComposer(words, dialogueId, text => {
    const clientId = newId()
    outbox.add(clientId, text)
    messages.say(text, clientId)
    scroll.toEnd()
    post(clientId)
  })

  /** What finds no connection now is sent when there is one. @param {string} clientId */
  function post(clientId) {
    const text = outbox.unsent.get(clientId)
    if (text !== undefined) socket.send({ type: 'send', dialogueId, clientId, text })
  }

  /** @param {{ code: string, message: string, clientId?: string, dialogueId?: string }} told */
  function refused({ code, message, clientId, dialogueId: about }) {
    // That the session is over is said by the close of the socket; what was sent waits for the next one.
    if (code === 'unauthenticated') return
    const text = clientId === undefined ? undefined : outbox.unsent.get(clientId)
    if (code === 'not_found' && about === dialogueId) return gone()
    if (clientId === undefined || text === undefined) return tell(message)
    outbox.remove(clientId)
    messages.refuse(clientId, code === 'email_unconfirmed' ? words.unconfirmed : message, () => {
      outbox.add(clientId, text)
      post(clientId)
    })
    if (code === 'email_unconfirmed') composer?.giveBack(text)
  }

  document.addEventListener('click', event => {
    const pressed = event.target instanceof Element ? event.target.closest('button, a') : null
    if (!(pressed instanceof HTMLElement)) return
    if (pressed instanceof HTMLButtonElement && pressed.name === 'stop') {
      event.preventDefault()
      if (socket.send({ type: 'stop', turnId: pressed.value })) pressed.disabled = true
      else void act(pressed)
    }
    if (
      pressed instanceof HTMLButtonElement &&
      (pressed.name === 'regenerate' || pressed.name === 'branch')
    ) {
      event.preventDefault()
      void act(pressed)
    }
    if (pressed.dataset['do'] === 'edit')
      void openEditor(pressed, words, { dialogueId, tell, sent: () => void reload() })
    if (pressed.dataset['fold'] && pressed instanceof HTMLAnchorElement) {
      event.preventDefault()
      void unfold(pressed)
    }
    if (pressed.dataset['do'] === 'earlier' && pressed instanceof HTMLAnchorElement) {
      event.preventDefault()
      void earlier(pressed)
    }
  })

  /** @param {HTMLButtonElement} pressed */
  async function act(pressed) {
    pressed.disabled = true
    const body = new URLSearchParams({ [pressed.name]: pressed.value })
    const answer = await fetch(`/chats/${dialogueId}/act`, {
      method: 'POST',
      body,
      redirect: 'manual',
    }).catch(() => undefined)
    pressed.disabled = false
    if (answer?.type !== 'opaqueredirect') return tell(words.internal)
    await reload()
  }

  /** @param {HTMLAnchorElement} link */
  async function earlier(link) {
    const part = await fetchPart(link.href, 'messages')
    if (!part) {
      tell(words.internal)
      return
    }
    messages.finish(part)
    const before = flow.scrollHeight
    link.closest('.earlier')?.replaceWith(part)
    flow.scrollTop += flow.scrollHeight - before
  }

  /** A message that the address names may stand some pages back. */
  async function seek() {
    const id = location.hash.slice(1)
    for (let page = 0; page < pagesBack && !document.getElementById(id); page += 1) {
      const link = find('[data-do="earlier"]', HTMLAnchorElement)
      if (!link) break
      await earlier(link)
    }
    const there = document.getElementById(id)
    if (!there) return
    there.classList.add('sought')
    scroll.to(there)
  }
  if (location.hash.startsWith('#m-')) void seek()
  else scroll.toEnd()
}

/** @param {HTMLAnchorElement} link */
async function unfold(link) {
  const article = link.closest('.msg')
  const open = article?.querySelector(`.fold[data-of="${link.dataset['fold']}"]`)
  if (open) {
    link.setAttribute('aria-expanded', 'false')
    return open.remove()
  }
  link.setAttribute('aria-busy', 'true')
  const part = await fetchPart(link.href, 'fold')
  link.removeAttribute('aria-busy')
  const fold = part?.querySelector('.fold')
  if (!fold) return location.assign(link.href)
  if (fold instanceof HTMLElement) fold.dataset['of'] = link.dataset['fold'] ?? ''
  article?.append(fold)
  link.setAttribute('aria-expanded', 'true')
}
