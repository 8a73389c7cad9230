import { z } from 'zod'
import type { AudienceChange } from '../../core/audience.ts'
import { type Installation, realmOf } from './installation.ts'

const eventShape = z.object({
  team_id: z.string().optional(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional(),
  event: z.looseObject({ type: z.string() }),
})

const memberShape = z.object({ user: z.string(), channel: z.string() })
const channelShape = z.object({ channel: z.string() })
const movedShape = z.object({ old_channel_id: z.string() })
const userShape = z.object({ user: z.object({ id: z.string(), deleted: z.boolean().optional() }) })

const memberTypes: ReadonlySet<string> = new Set(['member_joined_channel', 'member_left_channel'])

/** Parley was taken out, or who reads there may be others now. */
const channelTypes: ReadonlySet<string> = new Set([
  'channel_left',
  'group_left',
  'channel_archive',
  'group_archive',
  'channel_unarchive',
  'group_unarchive',
  'channel_deleted',
  'group_deleted',
  'channel_unshared',
])

/** Every event that can change it; the manifest subscribes to them. */
export const audienceTypes: readonly string[] = [
  ...memberTypes,
  ...channelTypes,
  'channel_id_changed',
  'user_change',
]

/** What an event changes in who reads where; undefined for an event that tells of something else. */
export function readAudienceChanges(
  body: unknown,
  installation: Installation,
): readonly AudienceChange[] | undefined {
  const parsed = eventShape.safeParse(body)
  if (!parsed.success) return undefined
  const { event, authorizations, team_id: teamId } = parsed.data
  const workspaceId = authorizations?.[0]?.team_id ?? teamId ?? installation.teamId
  const workspace = { platform: 'slack', workspaceId } as const
  const personOf = (userId: string) => ({ platform: 'slack', realm: realmOf(installation), userId }) as const
  if (memberTypes.has(event.type)) {
    const { data } = memberShape.safeParse(event)
    if (!data) return []
    const place = { ...workspace, channelId: data.channel }
    // Without Parley in it, nobody's membership of a private channel can be asked for.
    return data.user === installation.botUserId ? [{ place }] : [{ place, person: personOf(data.user) }]
  }
  if (channelTypes.has(event.type)) {
    const { data } = channelShape.safeParse(event)
    return data ? [{ place: { ...workspace, channelId: data.channel } }] : []
  }
  if (event.type === 'channel_id_changed') {
    const { data } = movedShape.safeParse(event)
    return data ? [{ place: { ...workspace, channelId: data.old_channel_id } }] : []
  }
  if (event.type === 'user_change') {
    const { data } = userShape.safeParse(event)
    return data?.user.deleted ? [{ place: workspace, person: personOf(data.user.id) }] : []
  }
  return undefined
}
