import { sql } from 'kysely'
import { z } from 'zod'
import type { AgentDefinition } from '../../core/agent-definition.ts'
import { ParleyError } from '../../core/errors.ts'
import type { AgentVersion, AgentWishes, KeptAgent, KeptAgents } from '../../core/kept-agent.ts'
import { platformOf } from '../../core/thread.ts'
import type { Workspace } from '../../core/workspace.ts'
import { codeOf, uniqueViolation } from './failures.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'
import { storedJson, storedText } from './stored-text.ts'

export function createKeptAgents(session: Session): KeptAgents {
  const { handle } = session
  return {
    async list(workspace) {
      const rows = await selectAgents(handle)
        .where(agent =>
          agent.or([
            agent('agents.platform', 'is', null),
            agent.and([
              agent('agents.platform', '=', workspace?.platform ?? null),
              agent('agents.workspace_id', '=', workspace?.workspaceId ?? null),
            ]),
          ]),
        )
        .orderBy(sql`agents.archived_at is not null`)
        .orderBy(sql`lower(agents.name)`)
        .orderBy('agents.id')
        .execute()
      return rows.map(toKept)
    },
    async find(id) {
      const row = await selectAgents(handle).where('agents.id', '=', id).executeTakeFirst()
      return row && toKept(row)
    },
    async offered({ platform, workspaceId }) {
      const { rows } = await sql<{ id: string; name: string; description: string; guided: boolean }>`
        select agents.id, definition->>'name' as name, definition->>'description' as description,
          jsonb_array_length(definition->'questions') > 0 as guided
        from agents join agent_versions on agent_id = agents.id and version = published_version
        where archived_at is null
          and (platform is null or (platform = ${platform} and workspace_id = ${workspaceId}))
        order by lower(definition->>'name'), agents.id`.execute(handle)
      return rows
    },
    async answering(id) {
      const row = await handle
        .selectFrom('agents')
        .innerJoin('agent_versions', on =>
          on
            .onRef('agent_versions.agent_id', '=', 'agents.id')
            .onRef('agent_versions.version', '=', 'agents.published_version'),
        )
        .selectAll('agent_versions')
        .where('agents.id', '=', id)
        .where('agents.archived_at', 'is', null)
        .executeTakeFirst()
      return row && toVersion(row)
    },
    add: ({ id, workspace, draft, atMs }) =>
      namedOnce(async () => {
        await handle
          .insertInto('agents')
          .values({
            id,
            platform: workspace?.platform ?? null,
            workspace_id: workspace?.workspaceId ?? null,
            name: storedText(draft.name),
            draft: storedJson(draft),
            created_at: new Date(atMs),
            changed_at: new Date(atMs),
          })
          .execute()
      }),
    saveDraft: (id, draft, revision, atMs) =>
      namedOnce(async () => {
        const saved = await handle
          .updateTable('agents')
          .set({
            name: storedText(draft.name),
            draft: storedJson(draft),
            revision: sql`revision + 1`,
            changed_at: new Date(atMs),
          })
          .where('id', '=', id)
          .where('revision', '=', revision)
          .returning('id')
          .executeTakeFirst()
        if (!saved) throw new ParleyError('conflict', 'Somebody else changed this agent meanwhile.')
      }),
    publish: (id, publishing) => session.atomically(inner => publish(inner, id, publishing)),
    setArchived: (id, archivedAtMs) =>
      namedOnce(async () => {
        await handle
          .updateTable('agents')
          .set({ archived_at: archivedAtMs === null ? null : new Date(archivedAtMs) })
          .where('id', '=', id)
          .execute()
      }),
    async versions(id) {
      const rows = await handle
        .selectFrom('agent_versions')
        .selectAll()
        .where('agent_id', '=', id)
        .orderBy('version', 'desc')
        .execute()
      return rows.map(toVersion)
    },
  }
}

export function createAgentWishes({ handle }: Session): AgentWishes {
  return {
    async of(identityId) {
      const row = await handle
        .selectFrom('agent_wishes')
        .select('agent_id')
        .where('identity_id', '=', identityId)
        .executeTakeFirst()
      return row?.agent_id
    },
    async set(identityId, agentId) {
      if (agentId === undefined) {
        await handle.deleteFrom('agent_wishes').where('identity_id', '=', identityId).execute()
        return
      }
      await handle
        .insertInto('agent_wishes')
        .values({ identity_id: identityId, agent_id: agentId })
        .onConflict(conflict => conflict.column('identity_id').doUpdateSet({ agent_id: agentId }))
        .execute()
    },
  }
}

/** The row is locked first: versions are numbered one after another, however many publish at once. */
async function publish(
  { handle }: Session,
  id: string,
  { by, atMs, from }: Parameters<KeptAgents['publish']>[1],
): Promise<number> {
  const agent = await handle
    .selectFrom('agents')
    .select('draft')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!agent) throw new ParleyError('not_found', 'There is no such agent.')
  const earlier = from === undefined ? undefined : await versionOf(handle, id, from)
  const definition = earlier?.definition ?? definitionShape.parse(agent.draft)
  const { version } = await handle
    .insertInto('agent_versions')
    .values({
      agent_id: id,
      version: sql`(select coalesce(max(version), 0) + 1 from agent_versions where agent_id = ${id})`,
      definition: storedJson(definition),
      published_at: new Date(atMs),
      published_by: by,
      from_version: from ?? null,
    })
    .returning('version')
    .executeTakeFirstOrThrow()
  await namedOnce(() =>
    handle
      .updateTable('agents')
      .set({
        published_version: version,
        // What answers is what one goes on from.
        ...(earlier
          ? { draft: storedJson(definition), name: definition.name, revision: sql<number>`revision + 1` }
          : {}),
      })
      .where('id', '=', id)
      .execute(),
  )
  return version
}

async function versionOf(handle: Handle, id: string, version: number): Promise<AgentVersion> {
  const row = await handle
    .selectFrom('agent_versions')
    .selectAll()
    .where('agent_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw new ParleyError('not_found', 'There is no such version.')
  return toVersion(row)
}

async function namedOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (codeOf(thrown) !== uniqueViolation) throw thrown
    throw new ParleyError('conflict', 'There is an agent of this name.', {
      cause: thrown,
      fields: [{ field: 'name', code: 'taken' }],
    })
  }
}

function selectAgents(handle: Handle) {
  return handle
    .selectFrom('agents')
    .leftJoin('agent_versions', on =>
      on
        .onRef('agent_versions.agent_id', '=', 'agents.id')
        .onRef('agent_versions.version', '=', 'agents.published_version'),
    )
    .select([
      'agents.id',
      'agents.platform',
      'agents.workspace_id',
      'agents.draft',
      'agents.revision',
      'agents.archived_at',
      'agent_versions.version',
      'agent_versions.definition',
      'agent_versions.published_at',
      'agent_versions.published_by',
      'agent_versions.from_version',
    ])
}

const definitionShape = z.object({
  name: z.string(),
  description: z.string(),
  model: z.string().exactOptional(),
  instructions: z.string(),
  temperature: z.number().exactOptional(),
  topP: z.number().exactOptional(),
  maxTokens: z.number(),
  stop: z.array(z.string()),
  contextTokens: z.number(),
  exchanges: z.number().exactOptional(),
  knowledge: z.array(z.object({ title: z.string(), text: z.string() })),
  questions: z.array(z.string()),
}) satisfies z.ZodType<AgentDefinition>

interface VersionRow {
  readonly version: number
  readonly definition: unknown
  readonly published_at: Date
  readonly published_by: string | null
  readonly from_version: number | null
}

function toVersion(row: VersionRow): AgentVersion {
  return {
    version: row.version,
    definition: definitionShape.parse(row.definition),
    publishedAtMs: row.published_at.getTime(),
    ...(row.published_by === null ? {} : { publishedBy: row.published_by }),
    ...(row.from_version === null ? {} : { from: row.from_version }),
  }
}

type AgentRow = Awaited<ReturnType<ReturnType<typeof selectAgents>['executeTakeFirstOrThrow']>>

function toKept(row: AgentRow): KeptAgent {
  const { version, published_at: publishedAt } = row
  const workspace: Workspace | undefined =
    row.workspace_id === null
      ? undefined
      : { platform: platformOf(row.platform), workspaceId: row.workspace_id }
  return {
    id: row.id,
    draft: definitionShape.parse(row.draft),
    revision: row.revision,
    archived: row.archived_at !== null,
    ...(workspace ? { workspace } : {}),
    ...(version === null || publishedAt === null
      ? {}
      : { published: toVersion({ ...row, version, published_at: publishedAt }) }),
  }
}
