import { z } from 'zod'
import { languages } from '../../core/member.ts'
import {
  answerModes,
  answerPlaces,
  moderationChecks,
  type Policies,
  type PolicyLevel,
  type PolicyLevels,
  policyOf,
  type PolicyScope,
} from '../../core/policy.ts'
import type { Place } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'
import { storedJson } from './stored-text.ts'

export function createPolicies({ handle }: Session): Policies {
  return {
    for: async place => policyOf(await levelsOver(handle, place)),
    levels: place => levelsOver(handle, place),
    async find(scope) {
      const row = await handle
        .selectFrom('policies')
        .select('policy')
        .where(on => on.and(columnsOf(scope)))
        .executeTakeFirst()
      return row && toLevel(row.policy)
    },
    async set(scope, level) {
      if (level === undefined || Object.keys(level).length === 0) {
        await handle
          .deleteFrom('policies')
          .where(on => on.and(columnsOf(scope)))
          .execute()
        return
      }
      const policy = storedJson(level)
      await handle
        .insertInto('policies')
        .values({ ...columnsOf(scope), policy })
        .onConflict(conflict =>
          conflict.columns(['platform', 'workspace_id', 'channel_id']).doUpdateSet({ policy }),
        )
        .execute()
    },
  }
}

/** One statement, because it is asked with every message. */
async function levelsOver(
  handle: Handle,
  { platform, workspaceId, channelId }: Place,
): Promise<PolicyLevels> {
  const rows = await handle
    .selectFrom('policies')
    .select(['platform', 'channel_id', 'policy'])
    .where(on =>
      on.or([
        on('platform', '=', ''),
        on.and([
          on('platform', '=', platform),
          on('workspace_id', '=', workspaceId),
          on('channel_id', 'in', ['', channelId]),
        ]),
      ]),
    )
    .execute()
  const said = (level: (row: (typeof rows)[number]) => boolean) => {
    const row = rows.find(level)
    return row && toLevel(row.policy)
  }
  const installation = said(row => row.platform === '')
  const workspace = said(row => row.platform !== '' && row.channel_id === '')
  const channel = said(row => row.channel_id !== '')
  return {
    ...(installation ? { installation } : {}),
    ...(workspace ? { workspace } : {}),
    ...(channel ? { channel } : {}),
  }
}

function columnsOf({ workspace, channelId = '' }: PolicyScope) {
  return {
    platform: workspace?.platform ?? ('' as const),
    workspace_id: workspace?.workspaceId ?? '',
    channel_id: channelId,
  }
}

const whoShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everybody') }),
  z.object({ kind: z.literal('role'), role: z.string() }),
  z.object({ kind: z.literal('member'), memberId: z.string() }),
  z.object({ kind: z.literal('identity'), identityId: z.string() }),
])

const levelShape = z.object({
  access: z.array(z.object({ effect: z.enum(['allow', 'deny']), who: whoShape })).optional(),
  linkedOnly: z.boolean().optional(),
  answerMode: z.enum(answerModes).optional(),
  answersIn: z.enum(answerPlaces).optional(),
  language: z.enum(languages).optional(),
  moderation: z
    .object({
      words: z.array(z.string()),
      model: z.string().optional(),
      checks: z.enum(moderationChecks),
    })
    .optional(),
})

/** zod gives `undefined` where a key may be left out, which a PolicyLevel does not have. */
function toLevel(stored: unknown): PolicyLevel {
  const { access, linkedOnly, answerMode, answersIn, language, moderation } = levelShape.parse(stored)
  return {
    ...(access === undefined ? {} : { access }),
    ...(linkedOnly === undefined ? {} : { linkedOnly }),
    ...(answerMode === undefined ? {} : { answerMode }),
    ...(answersIn === undefined ? {} : { answersIn }),
    ...(language === undefined ? {} : { language }),
    ...(moderation === undefined ? {} : { moderation: toModeration(moderation) }),
  }
}

type StoredModeration = NonNullable<z.infer<typeof levelShape>['moderation']>

function toModeration({ words, checks, model }: StoredModeration): NonNullable<PolicyLevel['moderation']> {
  return { words, checks, ...(model === undefined ? {} : { model }) }
}
