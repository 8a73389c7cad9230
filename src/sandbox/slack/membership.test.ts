import { describe, expect, it } from 'vitest'
import { boltOnSocket } from './testing/bolt-app.ts'
import { clientOf, eventually, refusalOf, standIn } from './testing/stand-in.ts'

const types = 'public_channel,private_channel,mpim'

describe('who is in which channel', () => {
  it('a person’s channels are listed, of the private ones those that Parley shares', async () => {
    const server = await standIn()
    const { users, conversations } = clientOf(server)
    const of = async (user: string) =>
      (await users.conversations({ user, types })).channels?.map(({ id }) => id)
    expect(await of('U0GRACE')).toEqual(['C0SUPPORT', 'C0ENG', 'C0LOUNGE', 'C0FINANCE'])
    expect(await of('U0LINUS')).toEqual(['C0SUPPORT', 'C0ENG', 'C0LOUNGE'])
    server.slack.leave('C0ENG', 'U0LINUS')
    expect(await of('U0LINUS')).toEqual(['C0SUPPORT', 'C0LOUNGE'])
    server.slack.leave('C0FINANCE', 'U0PARLEY')
    expect(await of('U0GRACE')).toEqual(['C0SUPPORT', 'C0ENG', 'C0LOUNGE'])
    expect(await refusalOf(conversations.members({ channel: 'C0FINANCE' }))).toBe('channel_not_found')
    expect(await refusalOf(users.conversations({ user: 'U0NOBODY', types }))).toBe('user_not_found')
  })

  it('nobody else speaks in a private one', async () => {
    const { player } = (await standIn()).slack
    expect(() => player.say({ channelId: 'C0FINANCE' }, 'U0LINUS', 'psst')).toThrow('is not in the channel')
    expect(player.say({ channelId: 'C0FINANCE' }, 'U0ADA', 'psst').messageId).toBeDefined()
  })

  it('pages hold as many as they are asked to, to the end', async () => {
    const { users } = clientOf(await standIn())
    const found: (string | undefined)[] = []
    let cursor = ''
    do {
      const page = await users.conversations({ user: 'U0ADA', types, limit: 3, ...(cursor && { cursor }) })
      found.push(...(page.channels ?? []).map(({ id }) => id))
      cursor = page.response_metadata?.next_cursor ?? ''
    } while (cursor !== '')
    expect(found).toEqual(['C0SUPPORT', 'C0ENG', 'C0LOUNGE', 'C0FINANCE'])
  })

  it('an account that was taken away is in no channel, and says so; an archived channel keeps its members', async () => {
    const server = await standIn()
    const { users } = clientOf(server)
    server.slack.archive('C0ENG')
    expect((await users.conversations({ user: 'U0ADA', types })).channels?.[1]).toMatchObject({
      id: 'C0ENG',
      is_archived: true,
    })
    const open = await users.conversations({ user: 'U0ADA', types, exclude_archived: true })
    expect(open.channels?.map(({ id }) => id)).toEqual(['C0SUPPORT', 'C0LOUNGE', 'C0FINANCE'])
    server.slack.deactivate('U0LINUS')
    expect((await users.info({ user: 'U0LINUS' })).user?.deleted).toBe(true)
    expect((await users.conversations({ user: 'U0LINUS', types })).channels).toEqual([])
  })

  it('the app hears who leaves, what is archived and who is gone', async () => {
    const server = await standIn()
    const heard: { readonly event_ts?: string }[] = []
    await boltOnSocket(server, app => {
      app.use(async ({ body, next }) => {
        if ('event' in body) heard.push({ ...body['event'] })
        await next()
      })
    })
    server.slack.leave('C0FINANCE', 'U0GRACE')
    server.slack.archive('C0FINANCE')
    server.slack.archive('C0FINANCE', false)
    server.slack.archive('C0ENG')
    server.slack.deactivate('U0LINUS')
    await eventually(() => expect(heard).toHaveLength(5))
    const inOrder = heard.toSorted((a, b) => Number(a.event_ts) - Number(b.event_ts))
    expect(inOrder).toMatchObject([
      { type: 'member_left_channel', user: 'U0GRACE', channel: 'C0FINANCE', channel_type: 'G' },
      { type: 'group_archive', channel: 'C0FINANCE' },
      { type: 'group_unarchive', channel: 'C0FINANCE' },
      { type: 'channel_archive', channel: 'C0ENG' },
      { type: 'user_change', user: { id: 'U0LINUS', deleted: true } },
    ])
  })
})
