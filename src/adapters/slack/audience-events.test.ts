import { describe, expect, it } from 'vitest'
import { audienceTypes, readAudienceChanges } from './audience-events.ts'
import type { Installation } from './installation.ts'

const installation: Installation = { teamId: 'T0ACME', botUserId: 'U0PARLEY', botId: 'B0PARLEY' }
const read = (event: object, of = installation) =>
  readAudienceChanges({ team_id: 'T0ACME', event_id: 'Ev1', event }, of)
const place = { platform: 'slack', workspaceId: 'T0ACME', channelId: 'C1' }
const grace = { platform: 'slack', realm: 'T0ACME', userId: 'U0GRACE' }

describe('what an event changes in who reads where', () => {
  it.each([
    [
      'somebody left',
      { type: 'member_left_channel', user: 'U0GRACE', channel: 'C1' },
      [{ place, person: grace }],
    ],
    [
      'somebody came',
      { type: 'member_joined_channel', user: 'U0GRACE', channel: 'C1' },
      [{ place, person: grace }],
    ],
    ['Parley was taken out', { type: 'member_left_channel', user: 'U0PARLEY', channel: 'C1' }, [{ place }]],
    ['Parley left', { type: 'group_left', channel: 'C1' }, [{ place }]],
    ['a channel was deleted', { type: 'channel_deleted', channel: 'C1' }, [{ place }]],
    ['a channel was archived', { type: 'channel_archive', channel: 'C1', user: 'U0ADA' }, [{ place }]],
    ['another company was let go', { type: 'channel_unshared', channel: 'C1' }, [{ place }]],
    [
      'a channel has another id',
      { type: 'channel_id_changed', old_channel_id: 'C1', new_channel_id: 'C2' },
      [{ place }],
    ],
    [
      'an account was deactivated',
      { type: 'user_change', user: { id: 'U0GRACE', deleted: true } },
      [{ place: { platform: 'slack', workspaceId: 'T0ACME' }, person: grace }],
    ],
    ['nothing: a profile changed', { type: 'user_change', user: { id: 'U0GRACE', deleted: false } }, []],
  ])('%s', (_, event, changes) => {
    expect(read(event)).toEqual(changes)
  })

  it('is nobody’s business when the event tells of something else, or is none', () => {
    expect(read({ type: 'message', channel: 'C1', text: 'hi' })).toBeUndefined()
    expect(readAudienceChanges('junk', installation)).toBeUndefined()
    for (const type of audienceTypes) expect(read({ type })).toEqual([])
  })

  it('names people by the organisation where there is one, and the workspace it was delivered for', () => {
    const grid = { ...installation, enterpriseId: 'E0ACME' }
    const shared = {
      team_id: 'T0OTHER',
      authorizations: [{ team_id: 'T0ACME' }],
      event: { type: 'member_left_channel', user: 'U0GRACE', channel: 'C1' },
    }
    expect(readAudienceChanges(shared, grid)).toEqual([{ place, person: { ...grace, realm: 'E0ACME' } }])
  })
})
