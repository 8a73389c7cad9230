import { describe, expect, it } from 'vitest'
import { audienceLastsMs, createAudience } from '../../core/audience.ts'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { practiceTokens } from '../../sandbox/slack/tokens.ts'
import { createAudiences } from '../postgres/audiences.ts'
import { sessionOf } from '../postgres/session.ts'
import { onEveryEngine } from '../postgres/testing/databases.ts'
import { ada, eventually, grace, openWorkshop, support, type Workshop } from './testing/workshop.ts'

const linus = 'U0LINUS'
const finance = 'C0FINANCE'
const place = (channelId: string) => ({ platform: 'slack', workspaceId: 'T0ACME', channelId }) as const
const person = (userId: string) => ({ platform: 'slack', realm: 'T0ACME', userId }) as const
const patient = () => new AbortController().signal

const readable = async ({ adapter }: Workshop, userId: string, ...channelIds: readonly string[]) =>
  (await adapter.audience.readable(person(userId), channelIds.map(place), patient())).map(
    ({ channelId }) => channelId,
  )

describe('what a person can read on Slack', () => {
  it('is the channels they are in, public ones too, with their names', async () => {
    const workshop = await openWorkshop()
    workshop.slack.leave('C0ENG', grace)
    const asked = [support, 'C0ENG', finance, 'C0GONE', 'D0GRACE', 'D0ADA']
    const found = await workshop.adapter.audience.readable(person(grace), asked.map(place), patient())
    expect(found).toEqual([
      { ...place(support), name: 'support', workspaceName: 'Acme', readers: 5 },
      { ...place(finance), name: 'finance', workspaceName: 'Acme', readers: 3 },
    ])
    expect(await readable(workshop, linus, ...asked)).toEqual([support, 'C0ENG'])
  })

  it('is nothing for who is not known, is deactivated, or belongs to another company’s Slack', async () => {
    const workshop = await openWorkshop()
    expect(await readable(workshop, 'U0NOBODY', support)).toEqual([])
    const stranger = { ...person(ada), realm: 'T0OTHER' }
    expect(await workshop.adapter.audience.readable(stranger, [place(support)], patient())).toEqual([])
    const elsewhere = { ...place(support), workspaceId: 'T0OTHER' }
    expect(await workshop.adapter.audience.readable(person(ada), [elsewhere], patient())).toEqual([])
    workshop.slack.deactivate(linus)
    expect(await readable(workshop, linus, support)).toEqual([])
  })

  it('is nothing of a private channel that Parley was taken out of', async () => {
    const workshop = await openWorkshop()
    workshop.slack.leave(finance, 'U0PARLEY')
    expect(await readable(workshop, ada, finance, support)).toEqual([support])
  })

  it('is asked channel by channel where people may not be asked about', async () => {
    const workshop = await openWorkshop()
    workshop.slack.faults.plan({
      method: 'users.conversations',
      kind: 'refused',
      code: 'missing_scope',
      times: 9,
    })
    expect(await readable(workshop, linus, support, finance, 'C0GONE')).toEqual([support])
  })

  it('is not known while Slack is away, and asked again when Slack asked to wait', async () => {
    const workshop = await openWorkshop()
    workshop.slack.faults.plan({ method: 'users.conversations', kind: 'server-error', times: 1 })
    await expect(readable(workshop, ada, support)).rejects.toMatchObject({ code: 'platform_unavailable' })
    workshop.slack.faults.plan({
      method: 'users.conversations',
      kind: 'rate-limited',
      retryAfterMs: 1_000,
      times: 2,
    })
    expect(await readable(workshop, ada, support)).toEqual([support])
  })

  it('is given up when there is no more patience, without another call', async () => {
    const workshop = await openWorkshop()
    const over = AbortSignal.abort()
    await expect(
      workshop.adapter.audience.readable(person(ada), [place(support)], over),
    ).rejects.toMatchObject({ code: 'platform_unavailable' })
    expect(workshop.slack.calls.filter(({ method }) => method.startsWith('users.'))).toEqual([])
  })
})

onEveryEngine('a channel’s audience, through Slack', open => {
  async function settle() {
    const { database, store } = await open()
    const clock = createSteppedClock()
    const audiences = createAudiences(sessionOf(database))
    const changed: string[] = []
    const workshop = await openWorkshop({
      adapter: {
        appToken: practiceTokens.app,
        sockets: 1,
        async audienceChanged(change) {
          await audiences.forget(change)
          changed.push(`${change.place.channelId ?? 'all'} ${change.person?.userId ?? 'all'}`)
        },
      },
    })
    const audience = createAudience({
      audiences,
      sources: [workshop.adapter.audience],
      clock,
      log: silentLog,
    })
    for (const channelId of [support, finance]) {
      await store.dialogues.open({
        thread: { ...place(channelId), threadId: '1.1' },
        direct: false,
        title: 'A question',
        historyToRead: false,
      })
    }
    const { id } = await store.identities.meet(person(grace))
    const viewer = { memberId: 'grace', identityIds: [id] }
    const reads = async () => {
      const rows = await database.handle
        .selectFrom('audience_places')
        .select('channel_id')
        .where('identity_id', '=', id)
        .where('valid_until', '>', new Date(clock.nowMs()))
        .orderBy('channel_id')
        .execute()
      return rows.map(row => row.channel_id)
    }
    return { workshop, clock, changed, reads, database, refresh: () => audience.refresh(viewer, 60_000) }
  }

  it('loses who leaves as soon as Slack says so, and gains who comes', async () => {
    const { workshop, reads, refresh, database } = await settle()
    await refresh()
    expect(await reads()).toEqual([finance, support])
    workshop.slack.leave(finance, grace)
    await eventually(async () => expect(await reads()).toEqual([support]))
    await refresh()
    expect(await reads()).toEqual([support])
    workshop.slack.join(finance, grace)
    await eventually(async () => {
      await refresh()
      expect(await reads()).toEqual([finance, support])
    })
    const names = await database.handle.selectFrom('places').selectAll().orderBy('channel_id').execute()
    expect(names.map(({ name, workspace_name }) => [name, workspace_name])).toEqual([
      ['finance', 'Acme'],
      ['support', 'Acme'],
    ])
  })

  it('loses everybody of a channel that Parley leaves, and everything of who is deactivated', async () => {
    const { workshop, changed, reads, refresh } = await settle()
    await refresh()
    workshop.slack.leave(finance, 'U0PARLEY')
    await eventually(async () => expect(await reads()).toEqual([support]))
    workshop.slack.archive(support)
    await eventually(() => expect(changed).toHaveLength(2))
    await refresh()
    expect(await reads()).toEqual([support])
    workshop.slack.deactivate(grace)
    await eventually(async () => expect(await reads()).toEqual([]))
    await refresh()
    expect(await reads()).toEqual([])
    expect(changed).toEqual([`${finance} all`, `${support} all`, `all ${grace}`])
  })

  it('ends when Slack is away for longer than its last word lasts', async () => {
    const { workshop, clock, reads, refresh } = await settle()
    await refresh()
    workshop.slack.faults.plan({ method: 'users.conversations', kind: 'server-error', times: 100 })
    await clock.advance(audienceLastsMs - 1)
    await refresh()
    expect(await reads()).toEqual([finance, support])
    await clock.advance(1)
    await refresh()
    expect(await reads()).toEqual([])
  })
})
