import type { ActionsBlock, Button, KnownBlock, SectionBlock } from '@slack/types'
import { z } from 'zod'
import { sentences } from '../../core/catalogue.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Home } from '../../core/home.ts'
import type { Identity } from '../../core/identity.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { SlackApi } from './client.ts'
import { type Installation, realmOf } from './installation.ts'
import { toMrkdwn } from './markdown.ts'
import type { Pace } from './pace.ts'
import { authorOf } from './parse-message.ts'
import { msOfTs, type Reading } from './reading.ts'

/** Ids of the buttons on App Home. */
export const homeActions = {
  link: 'parley:link',
  unlink: 'parley:unlink',
  /** Buttons that only lead somewhere; Slack reports their presses all the same. */
  open: 'parley:open',
  web: 'parley:web',
  /** The choice of who answers. */
  agent: 'parley:agent',
} as const

const openedShape = z.object({ user: z.string(), tab: z.string(), event_ts: z.string() })

/** Somebody opened App Home; its other tab is the direct messages, which need no page. */
export function parseHomeOpened(event: unknown, reading: Reading): Inbound | undefined {
  const parsed = openedShape.safeParse(event).data
  if (parsed?.tab !== 'home') return undefined
  return visit(reading, `home:${parsed.event_ts}:${parsed.user}`, parsed.user, msOfTs(parsed.event_ts))
}

const pressShape = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  container: z.object({ type: z.literal('view') }),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
})

/** A button pressed on App Home. */
export function parseHomePress(payload: unknown, reading: Reading): Inbound | undefined {
  const parsed = pressShape.safeParse(payload).data
  const action = parsed?.actions.find(
    ({ action_id: id }) => id === homeActions.link || id === homeActions.unlink || id === homeActions.agent,
  )
  if (!parsed || !action) return undefined
  const { id } = parsed.user
  const pressed = visit(reading, `press:${action.action_ts}:${id}`, id, msOfTs(action.action_ts))
  if (action.action_id === homeActions.agent) {
    const chosen = action.selected_option?.value ?? usualAgent
    return { ...pressed, agent: chosen === usualAgent ? '' : chosen }
  }
  return {
    ...pressed,
    wants: action.action_id === homeActions.link ? 'link' : 'unlink',
  }
}

function visit({ installation, workspaceId }: Reading, key: string, userId: string, atMs: number) {
  return {
    kind: 'visit',
    key,
    place: { platform: 'slack', workspaceId, channelId: 'home' },
    by: authorOf(userId, installation),
    atMs,
  } as const
}

/** An option needs a value, and no id of an Agent is this. */
const usualAgent = 'usual'

/** Slack takes no more options in one select. */
const maxOptions = 100

function agentSelect({ agents, chosen }: NonNullable<Home['agents']>): SectionBlock {
  const words = sentences.home
  const option = (value: string, text: string) => ({
    value,
    text: { type: 'plain_text' as const, text: text.slice(0, 75) },
  })
  const options = [
    option(usualAgent, words.agentUsual),
    ...agents.map(({ id, name }) => option(id, name)),
  ].slice(0, maxOptions)
  const initial = options.find(({ value }) => value === (chosen ?? usualAgent))
  return {
    ...section(words.agent),
    accessory: {
      type: 'static_select',
      action_id: homeActions.agent,
      options,
      ...(initial ? { initial_option: initial } : {}),
    },
  }
}

/** App Home as its one reader sees it. */
export function homeBlocks(home: Home): KnownBlock[] {
  const words = sentences.home
  const { name, linkedTo, linkUrl, publicUrl, standing } = home
  const state = linkedTo ? words.linkedTo(linkedTo.nickname, linkedTo.username) : words.notLinked
  return [
    {
      type: 'header',
      text: {
        type: 'plain_text',
        text: name === undefined ? words.helloUnnamed : words.hello(name).slice(0, 150),
      },
    },
    section(sentences.help),
    { type: 'divider' },
    ...(home.agents ? [agentSelect(home.agents)] : []),
    ...(standing === undefined ? [] : [section(standing), { type: 'divider' as const }]),
    section(linkUrl === undefined ? state : words.linkReady),
    {
      type: 'actions',
      elements: [
        ...(linkUrl === undefined
          ? [linkedTo ? unlinkButton() : button(homeActions.link, words.link)]
          : [{ ...button(homeActions.open, words.openLink), url: linkUrl, style: 'primary' as const }]),
        { ...button(homeActions.web, words.openWeb), url: publicUrl },
      ],
    } satisfies ActionsBlock,
  ]
}

function section(markdown: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: toMrkdwn(markdown) } }
}

function button(id: string, label: string): Button {
  return { type: 'button', action_id: id, text: { type: 'plain_text', text: label } }
}

function unlinkButton(): Button {
  const words = sentences.home
  return {
    ...button(homeActions.unlink, words.unlink),
    style: 'danger',
    confirm: {
      title: { type: 'plain_text', text: words.unlinkTitle },
      text: { type: 'plain_text', text: words.unlinkText },
      confirm: { type: 'plain_text', text: words.unlink },
      deny: { type: 'plain_text', text: words.cancel },
    },
  }
}

/** Publishes App Home for one person. Rejects with `platform_*` errors only. */
export async function publishHome(slack: SlackApi, person: Identity, home: Home): Promise<void> {
  await slack.call('views.publish', web =>
    web.views.publish({ user_id: person.userId, view: { type: 'home', blocks: homeBlocks(home) } }),
  )
}

/** Says something to one person in their direct messages. Links do not unfold: that could spend or carry something. */
export async function tell(
  deps: {
    readonly slack: SlackApi
    readonly installation: Installation
    readonly paceOf: (channelId: string) => Pace
  },
  person: Identity,
  markdown: string,
  signal: AbortSignal,
): Promise<void> {
  const { slack, installation } = deps
  if (person.realm !== realmOf(installation))
    throw new ParleyError('platform_refused', 'This person is of another workspace.')
  const { channel } = await slack.call('conversations.open', web =>
    web.conversations.open({ users: person.userId }),
  )
  const id = channel?.id
  if (id === undefined) throw new ParleyError('platform_unavailable', 'Slack opened no direct message.')
  if (!(await deps.paceOf(id).take({ signal }))) throw signal.reason
  await slack.call('chat.postMessage', web =>
    web.chat.postMessage({
      channel: id,
      text: toMrkdwn(markdown),
      unfurl_links: false,
      unfurl_media: false,
    }),
  )
}
