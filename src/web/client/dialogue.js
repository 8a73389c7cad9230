import { createComposer, tell } from './chat/composer.js'
import { listenToCopying } from './chat/copying.js'
import { find } from './chat/element.js'
import { clearAway } from './chat/gone.js'
import { openEditor } from './chat/editor.js'
import { listenToKeys } from './chat/keys.js'
import { createList } from './chat/list.js'
import { createMessages } from './chat/messages.js'
import { fetchPart } from './chat/part.js'
import { followEnd } from './chat/scroll.js'
import { askToSignIn } from './chat/sign-in.js'
import { openSocket } from './chat/socket.js'
import { readWords } from './chat/words.js'

document.documentElement.classList.add('js')
const words = readWords()
const flow = find('#flow', HTMLElement)
const root = find('#messages', HTMLElement)
if (flow && root) begin(flow, root, flow.dataset['dialogue'] ?? '')

/** @param {HTMLElement} flow @param {HTMLElement} root @param {string} dialogueId */
function begin(flow, root, dialogueId) {
  const messages = createMessages(root, words)
  const scroll = followEnd(flow)
  const list = createList(dialogueId)
  listenToKeys(words)
  listenToCopying(words)
  /** The branch that is shown; undefined until the first frame tells. @type {string | null | undefined} */
  let branch

  const socket = openSocket({
    up: isUp => tell(isUp ? '' : words.lost),
    signedOut: () => askToSignIn(words, () => socket.wake()),
    frame,
  })
  socket.watch(dialogueId)

  /** @param {any} told */
  function frame(told) {
    if (told.type === 'error') return refused(told)
    if (told.dialogueId !== dialogueId) return
    if (told.type === 'dialogue') renamed(told)
    if (told.type === 'message') messages.show(told)
    if (told.type === 'turn') {
      messages.answer(told)
      list.mark(dialogueId, told.state === 'accepted' || told.state === 'running')
    }
    scroll.keep()
  }

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
    const before = branch
    branch = branchId
    if (before !== undefined && before !== branchId) void reload()
  }

  /** Another branch is another dialogue from its fork on. */
  async function reload() {
    const part = await fetchPart(location.pathname, 'messages')
    if (!part) return
    messages.finish(part)
    root.replaceChildren(part)
    scroll.toEnd()
  }

  /** @type {Map<string, string>} What was sent and not yet taken, by its id. */
  const sent = new Map()
  const composer = createComposer(words, dialogueId, text => {
    const clientId = crypto.randomUUID()
    sent.set(clientId, text)
    messages.say(text, clientId)
    scroll.toEnd()
    post(clientId)
  })

  /** @param {string} clientId */
  const post = clientId => socket.send({ type: 'send', dialogueId, clientId, text: sent.get(clientId) ?? '' })

  /** @param {{ code: string, message: string, clientId?: string, dialogueId?: string }} told */
  function refused({ code, message, clientId, ...told }) {
    if (code === 'not_found' && told.dialogueId === dialogueId) return gone()
    if (clientId === undefined || !sent.has(clientId))
      return code === 'unauthenticated' ? undefined : tell(message)
    messages.refuse(clientId, code === 'email_unconfirmed' ? words.unconfirmed : message, () =>
      post(clientId),
    )
    if (code === 'email_unconfirmed') composer?.giveBack(sent.get(clientId) ?? '')
  }

  document.addEventListener('click', event => {
    const pressed = event.target instanceof Element ? event.target.closest('button, a') : null
    if (!(pressed instanceof HTMLElement)) return
    if (pressed instanceof HTMLButtonElement && pressed.name === 'stop') {
      event.preventDefault()
      pressed.disabled = true
      socket.send({ type: 'stop', turnId: pressed.value })
    }
    if (
      pressed instanceof HTMLButtonElement &&
      (pressed.name === 'regenerate' || pressed.name === 'branch')
    ) {
      event.preventDefault()
      void act(pressed)
    }
    if (pressed.dataset['do'] === 'edit') openEditor(pressed, words, tell)
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
    if (!part) return tell(words.internal)
    messages.finish(part)
    const before = flow.scrollHeight
    link.closest('.earlier')?.replaceWith(part)
    flow.scrollTop += flow.scrollHeight - before
  }
}

/** @param {HTMLAnchorElement} link */
async function unfold(link) {
  const article = link.closest('.msg')
  const open = article?.querySelector(`.fold[data-of="${link.dataset['fold']}"]`)
  if (open) return open.remove()
  const part = await fetchPart(link.href, 'fold')
  const fold = part?.querySelector('.fold')
  if (!fold) return location.assign(link.href)
  if (fold instanceof HTMLElement) fold.dataset['of'] = link.dataset['fold'] ?? ''
  article?.append(fold)
}
