import type { Player } from '../player.ts'
import { mayEnter, type Players } from './view.ts'
import type { Act } from './wire.ts'

/** What a person asked for cannot be done; the message is one sentence for them. */
export class ActRefused extends Error {}

/** Slack's own limit of one message; Discord's is lower, and its stand-in says so. */
const longestText = 40_000

type Body = Readonly<Record<string, unknown>>

/** Reads a body as an Act. Throws ActRefused when it is none. */
export function parseAct(body: unknown): Act {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    refuse('The body has to be an object.')
  const fields = body as Body
  const platform = platformOf(fields)
  if (fields['act'] === 'drop') return { act: 'drop', platform }
  const where = { platform, channelId: id(fields, 'channelId'), personId: id(fields, 'personId') }
  const thread = fields['threadId'] === undefined ? {} : { threadId: id(fields, 'threadId') }
  switch (fields['act']) {
    case 'say':
      return { act: 'say', ...where, ...thread, text: words(fields) }
    case 'command':
      return { act: 'command', ...where, ...thread, name: id(fields, 'name'), text: string(fields, 'text') }
    case 'edit':
      return { act: 'edit', ...where, messageId: id(fields, 'messageId'), text: words(fields) }
    case 'remove':
      return { act: 'remove', ...where, messageId: id(fields, 'messageId') }
    case 'press':
      return {
        act: 'press',
        ...where,
        messageId: id(fields, 'messageId'),
        buttonId: string(fields, 'buttonId'),
      }
    case 'stop':
      return { act: 'stop', ...where, threadId: id(fields, 'threadId') }
    default:
      return refuse('`act` has to be say, command, edit, remove, press, stop or drop.')
  }
}

function platformOf({ platform }: Body): 'slack' | 'discord' {
  if (platform === 'slack' || platform === 'discord') return platform
  return refuse('`platform` has to be slack or discord.')
}

function refuse(message: string): never {
  throw new ActRefused(message)
}

function string(fields: Body, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string') refuse(`\`${name}\` has to be text.`)
  if (value.length > longestText) refuse(`\`${name}\` may have ${longestText} characters at most.`)
  return value
}

function id(fields: Body, name: string): string {
  const value = string(fields, name)
  if (!/^[\w.:-]{1,64}$/.test(value)) refuse(`\`${name}\` has to be an id.`)
  return value
}

function words(fields: Body): string {
  const text = string(fields, 'text')
  if (text.trim() === '') refuse('There is nothing to say in an empty message.')
  return text
}

/** Does it, and gives the id of the message that was said. What a stand-in refuses is thrown as ActRefused. */
export function perform(players: Players, act: Act): { readonly messageId?: string } {
  const player = players[act.platform]
  if (act.act !== 'drop') checkPlace(player, act)
  try {
    return play(player, act)
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    throw new ActRefused(thrown.message, { cause: thrown })
  }
}

function checkPlace(player: Player, { channelId, personId }: Exclude<Act, { act: 'drop' }>): void {
  const { people, channels } = player.view()
  if (!people.some(person => person.id === personId)) refuse(`Nobody here has the id ${personId}.`)
  if (!channels.some(channel => channel.id === channelId && mayEnter(channel, personId)))
    refuse(`${personId} cannot speak in ${channelId}.`)
}

function play(player: Player, act: Act): { readonly messageId?: string } {
  switch (act.act) {
    case 'say':
      return { messageId: player.say(spotOf(act), act.personId, act.text).messageId }
    case 'command':
      player.command(spotOf(act), act.personId, act.name, act.text)
      return {}
    case 'edit':
      player.edit(act.channelId, act.messageId, act.personId, act.text)
      return {}
    case 'remove':
      player.remove(act.channelId, act.messageId, act.personId)
      return {}
    case 'press':
      player.press(act.channelId, act.messageId, act.personId, act.buttonId)
      return {}
    case 'stop':
      if (!player.stop) return refuse('Only Slack has a Stop button of its own.')
      player.stop(act.channelId, act.threadId, act.personId)
      return {}
    case 'drop':
      player.dropConnections()
      return {}
  }
}

const spotOf = ({ channelId, threadId }: { readonly channelId: string; readonly threadId?: string }) => ({
  channelId,
  ...(threadId !== undefined && { threadId }),
})
