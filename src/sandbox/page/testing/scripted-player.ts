import { channels, parley, people } from '../../cast.ts'
import type { Change, Player, SeenMessage, Spot } from '../../player.ts'
import { typedForm } from '../names.ts'
import { parleyId } from '../view.ts'

/** A platform on which a scripted Parley answers whoever mentions it, a word at a time. */
export interface ScriptedPlayer extends Player {
  /** The words of the next answer are held back until `release`. */
  hold(): void
  release(): void
}

export interface ScriptedOptions {
  readonly platform: 'slack' | 'discord'
  readonly answer?: (question: string, asker: string) => string
  readonly wordMs?: number
  readonly now?: () => number
}

type Stored = { -readonly [Field in keyof SeenMessage]: SeenMessage[Field] }

const greeting = (question: string, asker: string) => `Hello ${asker}. You asked: ${question}`

export function createScriptedPlayer(options: ScriptedOptions): ScriptedPlayer {
  const { platform, answer = greeting, wordMs = 5, now = Date.now } = options
  const isSlack = platform === 'slack'
  const idOf = (one: { readonly slackId: string; readonly discordId: string }) =>
    isSlack ? one.slackId : one.discordId
  const listeners = new Set<(change: Change) => void>()
  const stored: Stored[] = []
  let connections = 1
  let held = false
  let last = 1_700_000_000_000

  const everyone = people.map(one => ({ id: idOf(one), name: one.name, tint: one.tint, bot: one.bot }))
  const bot = { id: parleyId[platform], name: parley.name, tint: 'slate', bot: true }
  const authorOf = (id: string) => [...everyone, bot].find(one => one.id === id) ?? bot
  const changed = (message: SeenMessage) => {
    const { channelId, threadId } = message
    for (const listener of listeners) listener({ channelId, ...(threadId && { threadId }) })
  }
  const post = (spot: Spot, authorId: string, text: string, more: Partial<Stored> = {}): Stored => {
    last += 1
    const message: Stored = {
      id: `${last}`,
      ...spot,
      author: authorOf(authorId),
      text,
      dialect: isSlack ? (authorId === bot.id ? 'markdown' : 'mrkdwn') : 'discord',
      atMs: now(),
      edited: false,
      streaming: false,
      buttons: [],
      ...more,
    }
    stored.push(message)
    changed(message)
    return message
  }
  const find = (id: string) => {
    const found = stored.find(message => message.id === id)
    if (!found) throw new Error(`There is no message ${id}.`)
    return found
  }
  const wire = (text: string) =>
    [...everyone, bot].reduce((all, { name, id }) => all.replaceAll(`@${name}`, `<@${id}>`), text)

  const running = new Map<Stored, { stopped: boolean }>()
  const write = (message: Stored, text: string) => {
    const run = { stopped: false }
    const words = text.split(/(?<=\s)/)
    running.set(message, run)
    message.text = ''
    message.streaming = isSlack
    message.buttons = isSlack ? [] : [{ id: 'stop', label: 'Stop', danger: true }]
    const next = () => {
      if (!held || run.stopped) message.text += run.stopped ? '\n\n_Stopped._' : (words.shift() ?? '')
      if (run.stopped || words.length === 0) {
        message.streaming = false
        message.buttons = []
        running.delete(message)
      } else setTimeout(next, wordMs)
      changed(message)
    }
    next()
  }
  const reply = (question: Stored, asker: string) => {
    const isDirect = question.channelId.startsWith('D')
    const inThread = { channelId: question.channelId, threadId: question.threadId ?? question.id }
    const spot = isDirect && !isSlack ? { channelId: question.channelId } : inThread
    const asked = typedForm(question.text, platform).replace(/^@Parley\s*/, '')
    write(post(spot, bot.id, ''), answer(asked, asker))
  }
  const stop = (messageId: string) => {
    const run = running.get(find(messageId))
    if (!run) throw new Error('Nothing is being written there.')
    run.stopped = true
  }
  const direct = (personId: string) => (isSlack ? `D${personId.slice(1)}` : `D${personId}`)

  const seen = (message: Stored): SeenMessage => {
    const count = stored.filter(other => other.threadId === message.id).length
    return { ...message, ...(count > 0 && { replies: { threadId: message.id, count } }) }
  }

  return {
    platform,
    hold: () => void (held = true),
    release: () => void (held = false),
    view: () => ({
      platform,
      connections,
      people: everyone,
      channels: [
        ...channels.map(one => ({ id: idOf(one), name: one.name, kind: 'channel' as const })),
        ...everyone
          .filter(one => !one.bot)
          .map(one => ({ id: direct(one.id), name: one.name, kind: 'direct' as const, personId: one.id })),
      ],
      commands: isSlack
        ? [{ name: 'parley', description: 'Ask Parley, or manage it', hint: '[ask | help | why]' }]
        : [
            { name: 'ask', description: 'Ask Parley in a thread', hint: '<question>' },
            { name: 'help', description: 'What Parley can do', hint: '' },
          ],
    }),
    messages: (channelId, threadId) =>
      stored
        .filter(
          message =>
            message.channelId === channelId &&
            (threadId === undefined
              ? message.threadId === undefined
              : message.id === threadId || message.threadId === threadId),
        )
        .map(seen),
    say(to, personId, text) {
      const message = post(to, personId, wire(text))
      const joined = stored.some(other => other.threadId === to.threadId && other.author.id === bot.id)
      if (text.includes('@Parley') || to.channelId.startsWith('D') || (to.threadId && joined))
        reply(message, authorOf(personId).name)
      return { messageId: message.id }
    },
    edit(_channelId, messageId, personId, text) {
      const message = find(messageId)
      if (message.author.id !== personId) throw new Error('Only its author can edit a message.')
      message.text = wire(text)
      message.edited = true
      changed(message)
      const answered = stored.find(({ threadId, author }) => threadId === messageId && author.id === bot.id)
      if (answered) write(answered, answer(text.replace(/^@Parley\s*/, ''), message.author.name))
    },
    remove(_channelId, messageId) {
      const [gone] = stored.splice(stored.indexOf(find(messageId)), 1)
      if (gone) changed(gone)
    },
    command(to, personId, name, text) {
      if (name === 'ask')
        reply(post(to, bot.id, `${authorOf(personId).name} asked: ${text}`), authorOf(personId).name)
      else post(to, bot.id, 'Mention me, and I answer in a thread.', { onlyFor: personId })
    },
    press: (_channelId, messageId) => stop(messageId),
    ...(isSlack && {
      stop: (_channelId: string, threadId: string) => {
        for (const message of running.keys()) if (message.threadId === threadId) stop(message.id)
      },
    }),
    dropConnections: () => void (connections = 0),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
