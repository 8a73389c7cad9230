import { createActs } from './acts.js'
import { listenToCopying } from './copy.js'
import { byId, h } from './dom.js'
import { createHelp } from './help.js'
import { listenToKeys } from './keys.js'
import { createLink } from './link.js'
import { createPane } from './pane.js'
import { isFirstVisit } from './place.js'
import { createRail } from './rail.js'
import { toast } from './toast.js'
import { firstWords, followUps, tryList } from './tries.js'
import { createVisit } from './visit.js'
import { wordsFor } from './words.js'

/** @typedef {import('../wire.ts').View} View */
/** @typedef {import('../wire.ts').Patch} Patch */
/** @typedef {import('../wire.ts').ShownMessage} ShownMessage */

/** A newcomer finds the first question written: Enter is all it takes. */
let isPriming = isFirstVisit()
/** @type {View | undefined} */
let view
/** What was just said in the channel: the thread that comes of it opens by itself. @type {((message: ShownMessage) => boolean) | undefined} */
let awaited

const visit = createVisit({
  view: () => view,
  arrive(query) {
    awaited = undefined
    link.listen(query)
  },
})

const isWide = () => matchMedia('(min-width: 1100px)').matches
const command = () => (visit.place().on === 'slack' ? '/parley help' : '/help')
const tryDeeds = {
  /** @param {string} text */
  fill: text => {
    if (document.body.dataset['pane'] === 'rail') visit.face('channel')
    if (visit.place().thread && !isWide()) visit.closeThread()
    channel.composer.put(text)
  },
  editLast: () => {
    const pane = activePane()
    if (pane.list.all().some(({ shown }) => shown?.typed !== undefined)) pane.editLast()
    else tryDeeds.fill('@Parley what is 7 times 6?')
  },
  drop: () => void acts.drop(),
  speakAs: visit.speakAsNth,
}

const acts = createActs({ view: () => view, toast })
const messageDeeds = {
  openThread: visit.openThread,
  /** @param {string} id */
  isMe: id => id === view?.sight.personId,
  ...acts.onMessages,
}
/** @param {string} text */
const answered = text => {
  byId('live').textContent = text
}

const channel = createPane(byId('channel'), {
  id: 'channel',
  deeds: { ...messageDeeds, canThread: () => visit.place().on === 'slack' || visit.place().in !== 'direct' },
  back: { label: 'Back to places and people', go: () => visit.face('rail') },
  empty: () =>
    h(
      'div',
      { class: 'empty' },
      h('h3', {}, wordsFor(view).emptyTitle),
      h('p', {}, wordsFor(view).emptyText),
      tryList(tryDeeds, command()),
    ),
  answered,
  nextPerson: visit.nextPerson,
  async send(text) {
    const sent = await acts.speak(text)
    if (sent.error !== undefined) return sent.error
    if (sent.threadId) visit.openThread(sent.threadId)
    else {
      awaited = sent.awaited
      settle()
    }
    return undefined
  },
})

const thread = createPane(byId('thread'), {
  id: 'thread',
  deeds: { ...messageDeeds, canThread: () => false },
  back: { label: 'Back to the channel', go: visit.closeThread },
  close: visit.closeThread,
  empty: () =>
    h(
      'div',
      { class: 'empty' },
      h('h3', {}, 'This thread is gone'),
      h('p', {}, 'Its messages were deleted, or the sandbox was cleared.'),
      h('button', { type: 'button', class: 'btn', onclick: visit.closeThread }, 'Back to the channel'),
    ),
  answered,
  nextPerson: visit.nextPerson,
  send: async text => (await acts.speak(text, view?.sight.threadId)).error,
})
const idle = h('div', { class: 'idle' })
thread.root.append(idle)

const rail = createRail(byId('rail'), {
  openChannel: visit.openChannel,
  speakAs: visit.speakAs,
  drop: tryDeeds.drop,
})
const help = createHelp(byId('help'), tryDeeds, command)

const activePane = () => {
  const active = document.activeElement
  if (channel.root.contains(active)) return channel
  return visit.place().thread ? thread : channel
}

/** @param {View} next */
function showView(next) {
  if (view && view.version !== next.version) return location.reload()
  const { sight } = next
  view = next
  const words = wordsFor(next)
  document.body.dataset['platform'] = sight.platform
  document.body.classList.toggle('has-thread', sight.threadId !== undefined)
  document.title = `${words.channelTitle}, ${sight.platform === 'slack' ? 'Slack' : 'Discord'}: Parley sandbox`
  for (const button of document.querySelectorAll('.seg button'))
    button.setAttribute('aria-pressed', `${button.getAttribute('data-platform') === sight.platform}`)
  rail.show(next)
  channel.show(next, next.channel, words.channel)
  if (next.thread) thread.show(next, next.thread, words.thread)
  else thread.leave()
  const told = next.thread ? thread : channel
  const other = next.thread ? channel : thread
  told.trail.reset(next.trail)
  other.trail.reset([])
  idle.replaceChildren(...(next.thread ? [] : [h('h2', {}, 'What to try'), tryList(tryDeeds, command())]))
  if (isPriming && !next.thread && channel.composer.isEmpty()) channel.composer.put(firstWords)
  isPriming = false
  settle()
}

/** @param {Patch} patch */
function showPatch(patch) {
  if (!view) return
  const { connections, commands, elsewhere } = patch
  view = { ...view, ...(connections !== undefined && { connections }), ...(commands && { commands }) }
  if (patch.channel) channel.list.apply(patch.channel)
  if (patch.thread) thread.list.apply(patch.thread)
  if (patch.trail) (view.thread ? thread : channel).trail.add(patch.trail)
  if (elsewhere) rail.hint(elsewhere)
  if (elsewhere || connections !== undefined) rail.show(view)
  channel.composer.learn(view)
  thread.composer.learn(view)
  settle()
}

/** What follows from what is shown: a thread that was waited for opens, and what to say next is offered. */
function settle() {
  offerFollowUps()
  const isAwaited = awaited
  if (!isAwaited) return
  const found = channel.list.all().find(({ shown }) => shown?.replies && isAwaited(shown))
  if (found?.shown?.replies) visit.openThread(found.shown.replies.threadId)
}

/** Only while a thread is young: later, people know what to say. */
function offerFollowUps() {
  const pane = visit.place().thread ? thread : channel
  const messages = pane.list.all().map(({ shown }) => shown)
  const last = messages.at(-1)
  const isYoung = messages.length < 5 && (visit.place().thread !== undefined || visit.place().in === 'direct')
  pane.composer.offer(isYoung && last?.author.parley && !last.live && !last.onlyYou ? followUps : [])
}

/** @type {boolean | undefined} */
let wasUp
const link = createLink({
  view: showView,
  patch: showPatch,
  online(up) {
    byId('offline').hidden = up
    if (up && wasUp === false) toast('Parley is back.')
    wasUp = up
    if (!up && view) rail.show({ ...view, connections: 0 })
  },
})

for (const button of document.querySelectorAll('.seg button'))
  button.addEventListener('click', () =>
    visit.openPlatform(button.getAttribute('data-platform') === 'discord' ? 'discord' : 'slack'),
  )
byId('tries').addEventListener('click', () => help.open())
byId('keys').addEventListener('click', () => help.open())
listenToCopying()
listenToKeys({
  isBusy: help.isOpen,
  help: help.open,
  speakAs: visit.speakAsNth,
  move: by => activePane().list.move(by),
  open() {
    const message = activePane().list.focused()?.shown
    if (!message || activePane() === thread) return false
    visit.openThread(message.replies?.threadId ?? message.id)
    return true
  },
  editLast: () => activePane().editLast(),
  slash() {
    const { composer } = activePane()
    if (composer.isEmpty()) composer.put('/')
    else composer.focus()
  },
  back: () => (visit.place().thread ? visit.closeThread() : visit.face('rail')),
  leaveField: () => activePane().list.focus(),
})

visit.start()
