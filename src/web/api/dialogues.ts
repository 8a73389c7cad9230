import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Audience } from '../../core/audience.ts'
import type { Changes } from '../../core/changes.ts'
import { ParleyError } from '../../core/errors.ts'
import type { DialogueEntry, Found, History, HistoryFilter, ShownMessage } from '../../core/history.ts'
import type { NamedWorkspace } from '../../core/workspace.ts'
import type { Company } from '../company.ts'
import type { WebEnv } from '../context.ts'
import { audiencePatienceMs } from '../feed.ts'
import { requireSignedIn } from '../guards.ts'
import { nothingThere } from '../standing.ts'
import type { Talk } from '../talk.ts'
import { createApi, requireJson } from './api.ts'
import { signedIn } from './signed-in.ts'
import * as routes from './dialogue-routes.ts'

export interface DialoguesApiDependencies {
  readonly history: History
  readonly changes: Changes
  readonly talk: Talk
  readonly company: Company
  readonly nowMs: () => number
  readonly audience?: Pick<Audience, 'refresh'>
}

/** `/api/v1/dialogues` and what hangs on it. */
export function createDialoguesApi(deps: DialoguesApiDependencies): OpenAPIHono<WebEnv> {
  const api = createApi()
  // What one may read hangs on the platforms' word, which holds for a time only.
  const refresh: MiddlewareHandler<WebEnv> = async (c, next) => {
    await deps.audience?.refresh(signedIn(c).viewer, audiencePatienceMs)
    await next()
  }
  for (const noun of ['dialogues', 'messages', 'turns', 'facets'])
    for (const path of [`/api/v1/${noun}`, `/api/v1/${noun}/*`])
      api.use(path, requireSignedIn, requireJson, refresh)
  addDialogues(api, deps)
  addTalk(api, deps)
  addCompany(api, deps)
  return api
}

function addDialogues(
  api: OpenAPIHono<WebEnv>,
  { history, changes, talk, nowMs }: DialoguesApiDependencies,
): void {
  api.openapi(routes.listDialogues, async c => {
    const { viewer } = signedIn(c)
    const { q, cursor, limit, pinned, ...query } = c.req.valid('query')
    if (pinned) return c.json({ items: (await history.pinned(viewer)).map(entryOf) }, 200)
    const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
    const filter = filterOf(query)
    const words = q?.trim() ?? ''
    const found =
      words === ''
        ? await history.list(viewer, filter, page)
        : await history.search(viewer, words, filter, page)
    const next = found.nextCursor === undefined ? {} : { nextCursor: found.nextCursor }
    return c.json({ items: found.items.map(entryOf), ...next }, 200)
  })
  api.openapi(routes.createDialogue, async c => {
    const { title, text, agent, clientId = c.get('onceId') } = c.req.valid('json')
    const { dialogueId, ...started } = await talk.start(signedIn(c), {
      ...(title === undefined ? {} : { title }),
      ...(text === undefined ? {} : { text }),
      ...(agent === undefined ? {} : { agent }),
      ...(clientId === undefined ? {} : { clientId }),
    })
    return c.json({ id: dialogueId, ...started }, 201)
  })
  api.openapi(routes.getDialogue, async c => {
    const { viewer } = signedIn(c)
    const { id } = c.req.valid('param')
    const { before, limit } = c.req.valid('query')
    // First: what changes while the rest is read comes again with the events, rather than never.
    const now = await changes.newest(id, 1)
    const page = { limit, ...(before === undefined ? {} : { before }) }
    const [entry, { messages, more }] = await Promise.all([
      history.find(viewer, id),
      history.messages(viewer, id, page),
    ])
    if (!entry || !now) throw nothingThere()
    const agent = now.head?.agent
    return c.json(
      {
        ...entryOf(entry),
        ...(agent === undefined ? {} : { agent }),
        branchId: now.head?.branchId ?? null,
        cursor: String(now.revision),
        messages: messages.map(messageOf),
        more,
      },
      200,
    )
  })
  api.openapi(routes.changeDialogue, async c => {
    const person = signedIn(c)
    const { id } = c.req.valid('param')
    const { title, pinned, agent } = c.req.valid('json')
    if (!(await history.find(person.viewer, id))) throw nothingThere()
    if (agent !== undefined) await talk.chooseAgent(person, id, agent)
    if (title !== undefined) await history.rename(person.viewer, id, title)
    if (pinned !== undefined) await history.setPinned(person.viewer, id, pinned, nowMs())
    const entry = await history.find(person.viewer, id)
    if (!entry) throw nothingThere()
    return c.json(entryOf(entry), 200)
  })
  api.openapi(routes.deleteDialogue, async c => {
    await talk.remove(signedIn(c), c.req.valid('param').id)
    return c.body(null, 204)
  })
}

function addTalk(api: OpenAPIHono<WebEnv>, { history, changes, talk }: DialoguesApiDependencies): void {
  api.openapi(routes.sendMessage, async c => {
    const said = saidOf(c.req.valid('json'), c.get('onceId'))
    return c.json(takenOf(await talk.send(signedIn(c), c.req.valid('param').id, said)), 202)
  })
  api.openapi(routes.editMessage, async c => {
    const said = saidOf(c.req.valid('json'), c.get('onceId'))
    return c.json(takenOf(await talk.edit(signedIn(c), c.req.valid('param').id, said)), 202)
  })
  api.openapi(routes.regenerate, async c => {
    const { messageId, clientId = c.get('onceId') } = c.req.valid('json')
    const { id } = c.req.valid('param')
    return c.json(takenOf(await talk.regenerate(signedIn(c), id, messageId, clientId)), 202)
  })
  api.openapi(routes.switchBranch, async c => {
    const { branchId } = c.req.valid('json')
    await talk.switchBranch(signedIn(c), c.req.valid('param').id, branchId ?? undefined)
    return c.body(null, 204)
  })
  api.openapi(routes.listVersions, async c => {
    const versions = await history.versions(signedIn(c).viewer, c.req.valid('param').id)
    const items = versions.map(({ version, text, replacedAtMs }) => ({
      version,
      text,
      replacedAt: new Date(replacedAtMs).toISOString(),
    }))
    return c.json({ items }, 200)
  })
  api.openapi(routes.getFacets, async c => {
    const { places, people } = await history.facets(signedIn(c).viewer)
    return c.json(
      {
        places: places.map(place => ({ ...place })),
        people: people.map(({ identityId: id, name }) => ({ id, name })),
      },
      200,
    )
  })
  api.openapi(routes.getTurn, async c => {
    const { viewer } = signedIn(c)
    const turn = await changes.turn(c.req.valid('param').id)
    if (!turn || !(await history.find(viewer, turn.dialogueId))) throw noTurn()
    const { id, dialogueId, state, messageId, text, error } = turn
    return c.json({ id, dialogueId, state, messageId, text, ...(error === undefined ? {} : { error }) }, 200)
  })
  api.openapi(routes.stopTurn, async c => {
    const { id } = c.req.valid('param')
    return c.json({ id, stopping: await talk.stop(signedIn(c), id) }, 202)
  })
  api.openapi(routes.getReceipt, async c => {
    const receipt = await history.receipt(signedIn(c).viewer, c.req.valid('param').id)
    if (!receipt) throw noTurn()
    return c.json(receipt, 200)
  })
}

function addCompany(api: OpenAPIHono<WebEnv>, { company }: DialoguesApiDependencies): void {
  api.openapi(routes.listMembers, async c => {
    const { people, workspaces, invitable } = await company.list(signedIn(c), c.req.valid('param').id)
    return c.json(
      { items: [...people], workspaces: workspaces.map(toWorkspace), invitable: invitable.map(toWorkspace) },
      200,
    )
  })
  api.openapi(routes.inviteMember, async c => {
    const asked = c.req.valid('json')
    const { id } = c.req.valid('param')
    if ('who' in asked) return c.json(await company.invite(signedIn(c), id, asked.who), 201)
    const { platform, id: workspaceId } = asked.workspace
    const invited = await company.inviteWorkspace(signedIn(c), id, { platform, workspaceId })
    return c.json(toWorkspace(invited), 201)
  })
  api.openapi(routes.removeMember, async c => {
    const { id, memberId } = c.req.valid('param')
    await company.remove(signedIn(c), id, memberId)
    return c.body(null, 204)
  })
  api.openapi(routes.removeWorkspace, async c => {
    const { id, ...workspace } = c.req.valid('param')
    await company.removeWorkspace(signedIn(c), id, workspace)
    return c.body(null, 204)
  })
}

function toWorkspace({ workspaceId: id, ...workspace }: NamedWorkspace) {
  return { id, ...workspace }
}

function noTurn(): ParleyError {
  return new ParleyError('not_found', 'There is no such turn.')
}

/** A request that is to be done once says what it says once, even where the process that took it first died. */
function saidOf({ text, clientId }: { text: string; clientId?: string | undefined }, onceId?: string) {
  const id = clientId ?? onceId
  return { text, ...(id === undefined ? {} : { clientId: id }) }
}

const takenOf = ({ messageId, turnId }: { messageId: string; turnId?: string }) => ({
  messageId,
  ...(turnId === undefined ? {} : { turnId }),
})

interface FilterQuery {
  readonly platform?: HistoryFilter['platform'] | undefined
  readonly workspace?: string | undefined
  readonly channel?: string | undefined
  readonly person?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly mine?: boolean | undefined
}

function filterOf({ platform, workspace, channel, person, from, to, mine }: FilterQuery): HistoryFilter {
  return {
    ...(platform === undefined ? {} : { platform }),
    ...(workspace === undefined ? {} : { workspaceId: workspace }),
    ...(channel === undefined ? {} : { channelId: channel }),
    ...(person === undefined ? {} : { personId: person }),
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
    ...(mine === undefined ? {} : { mine }),
  }
}

function entryOf(entry: DialogueEntry | Found) {
  const { thread, usedAtMs, workspaceName, channelName } = entry
  return {
    id: entry.id,
    title: entry.title,
    platform: thread.platform,
    workspaceId: thread.workspaceId,
    channelId: thread.channelId,
    threadId: thread.threadId,
    ...(workspaceName === undefined ? {} : { workspaceName }),
    ...(channelName === undefined ? {} : { channelName }),
    direct: entry.direct,
    access: entry.access,
    pinned: entry.pinned,
    published: entry.published,
    answering: entry.answering,
    usedAt: new Date(usedAtMs).toISOString(),
    ...('snippet' in entry ? { snippet: [...entry.snippet] } : {}),
    ...('messageId' in entry && entry.messageId !== undefined ? { messageId: entry.messageId } : {}),
  }
}

function messageOf(message: ShownMessage) {
  const { speaker, turn, branches, files, sentAtMs } = message
  return {
    id: message.id,
    position: message.position,
    role: message.role,
    ...(speaker
      ? {
          speaker: {
            name: speaker.name,
            ...(speaker.memberId === undefined ? {} : { memberId: speaker.memberId }),
          },
        }
      : {}),
    text: message.text,
    version: message.version,
    redacted: message.redacted,
    fromWeb: message.fromWeb,
    files: [...files],
    sentAt: new Date(sentAtMs).toISOString(),
    ...(turn
      ? {
          turn: {
            id: turn.id,
            state: turn.state,
            stopped: turn.stopped,
            ...(turn.error === undefined ? {} : { error: turn.error }),
          },
        }
      : {}),
    ...(branches ? { branches: [...branches] } : {}),
  }
}
