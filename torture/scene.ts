import { people } from '../src/sandbox/cast.ts'
import type { Player, SeenMessage, Spot } from '../src/sandbox/player.ts'
import type { Household } from '../src/testing/household.ts'
import type { Deed, Platform } from './act.ts'
import type { Shown } from './evidence.ts'
import type { History } from './history.ts'

type Saying = Extract<Deed, { do: 'say' }>

interface Question extends Saying {
  readonly channelId: string
  readonly messageId: string
  readonly personId: string
}

/** People on both platforms, who do as the schedule says. */
export interface Scene {
  say(deed: Saying): void
  edit(question: number, version: number): void
  remove(question: number): void
  stop(question: number): void
  /** All that Parley shows anywhere. */
  shown(): readonly Shown[]
}

export function openScene(house: Household, history: History): Scene {
  const players = { slack: house.sandbox.slack.player, discord: house.sandbox.discord.player }
  const places = new Map<number, { readonly channelId: string; threadId: string | undefined }>()
  const questions = new Map<number, Question>()
  /** Every thread there ever was, by its first message: on Discord it outlives that. */
  const opened = new Map<string, string>()
  const wording = ({ mention, question }: Saying, version: number) =>
    `${mention ? '@Parley ' : ''}please tell me about q${question}v${version}`
  /** What is no more, or was never said, nobody can do anything to. */
  const doTo = (question: number, work: (asked: Question, player: Player) => void) => {
    const asked = questions.get(question)
    if (asked) work(asked, players[asked.platform])
  }
  return {
    say(deed) {
      const player = players[deed.platform]
      const personId = personOf(deed)
      const channelId = channelOf(player, deed, personId)
      const place = places.get(deed.place)
      const { threadId } = place ?? {}
      const { spot, messageId } = sayIn(player, { channelId, threadId, personId, text: wording(deed, 0) })
      // Discord's direct messages have no threads.
      if (spot.threadId === undefined) opened.set(messageId, channelId)
      if (!place || spot.threadId !== threadId)
        places.set(deed.place, {
          channelId,
          threadId: deed.direct && deed.platform === 'discord' ? undefined : messageId,
        })
      questions.set(deed.question, { ...deed, channelId, messageId, personId })
      const { platform, question, mention, direct } = deed
      const addressed = mention || direct
      history.add({ what: 'said', platform, ...spot, messageId, personId, question, addressed, direct })
    },
    edit: (question, version) =>
      doTo(question, (asked, player) => {
        player.edit(asked.channelId, asked.messageId, asked.personId, wording(asked, version))
        history.add({ what: 'edited', question, version })
      }),
    remove: question =>
      doTo(question, (asked, player) => {
        player.remove(asked.channelId, asked.messageId, asked.personId)
        history.add({ what: 'removed', question })
      }),
    stop: question =>
      doTo(question, (asked, player) => {
        const threadId = places.get(asked.place)?.threadId
        const done = pressStop(player, asked, threadId)
        history.add({ what: 'stop asked', question, done })
      }),
    shown: () => [...seenOn(players.slack, opened), ...seenOn(players.discord, opened)],
  }
}

/** A thread whose first message was deleted may be gone: then it is said in the channel. */
function sayIn(
  player: Player,
  saying: {
    readonly channelId: string
    readonly threadId: string | undefined
    readonly personId: string
    readonly text: string
  },
): { readonly spot: Spot; readonly messageId: string } {
  const { channelId, threadId, personId, text } = saying
  const channel = { channelId }
  if (threadId === undefined) return { spot: channel, ...player.say(channel, personId, text) }
  const spot = { channelId, threadId }
  try {
    return { spot, ...player.say(spot, personId, text) }
  } catch {
    // Said by the platform, which the next line does not ask about a thread.
    return { spot: channel, ...player.say(channel, personId, text) }
  }
}

function personOf({ platform, person }: Saying): string {
  const one = people[person]
  if (!one) throw new Error(`There is no person ${person}.`)
  return platform === 'slack' ? one.slackId : one.discordId
}

/** Three channels, and each person's own. */
function channelOf(player: Player, { direct, place }: Saying, personId: string): string {
  const { channels } = player.view()
  const found = direct
    ? channels.find(channel => channel.kind === 'direct' && channel.personId === personId)
    : channels.filter(({ kind, readerIds }) => kind === 'channel' && !readerIds)[place % 3]
  if (!found) throw new Error('There is no such channel.')
  return found.id
}

/** By the platform's own Stop, or Parley's button under what is being written. */
function pressStop(player: Player, asked: Question, threadId: string | undefined): boolean {
  const writing = player
    .messages(asked.channelId, threadId)
    .filter(({ author, streaming, buttons }) => author.name === 'Parley' && (streaming || buttons.length > 0))
    .at(-1)
  if (!writing) return false
  const button = writing.buttons.at(-1)
  if (player.stop && threadId !== undefined) player.stop(asked.channelId, threadId, asked.personId)
  else if (button) player.press(threadId ?? asked.channelId, writing.id, asked.personId, button.id)
  return true
}

function seenOn(player: Player, opened: ReadonlyMap<string, string>): readonly Shown[] {
  const { platform } = player
  return player.view().channels.flatMap(({ id }) => {
    const roots = player.messages(id)
    const listed = roots.flatMap(({ replies }) => (replies ? [replies.threadId] : []))
    const begun = [...opened].flatMap(([threadId, channelId]) => (channelId === id ? [threadId] : []))
    const threads = new Set([...listed, ...begun])
    const inThreads = [...threads].flatMap(threadId =>
      player.messages(id, threadId).filter(message => message.id !== threadId),
    )
    return [...roots, ...inThreads].filter(isParleys).map(message => toShown(platform, message))
  })
}

function isParleys({ author, onlyFor }: SeenMessage): boolean {
  return author.name === 'Parley' && onlyFor === undefined
}

function toShown(platform: Platform, { id, channelId, threadId, text, ...seen }: SeenMessage): Shown {
  return {
    platform,
    channelId,
    ...(threadId === undefined ? {} : { threadId }),
    messageId: id,
    text,
    unfinished: seen.streaming || seen.status !== undefined || seen.buttons.length > 0,
  }
}
