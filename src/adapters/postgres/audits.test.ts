import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { atMs } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

onEveryEngine('audits', open => {
  it('stay as they were written, whoever asks the database otherwise', async () => {
    const { store, database } = await open()
    const written = { atMs, actorId: 'ada', action: 'role_changed', subject: 'grace', address: '192.0.2.1' }
    await store.audits.add({ ...written, detail: { before: 'member', after: 'admin' } })
    const kept = await store.audits.list({}, { limit: 9 })
    for (const attempt of [
      sql`delete from audits`,
      sql`truncate audits`,
      sql`update audits set at = now()`,
      sql`update audits set action = 'role_kept'`,
      sql`update audits set actor_id = 'linus'`,
      sql`update audits set subject = 'linus'`,
      sql`update audits set address = '192.0.2.2'`,
      sql`update audits set detail = '{"before": "owner", "after": "admin"}'`,
      sql`update audits set detail = detail || '{"why": "none"}'`,
    ])
      await expect(attempt.execute(database.handle)).rejects.toThrow('Audits are kept as they were written.')
    expect(await store.audits.list({}, { limit: 9 })).toEqual(kept)
  })

  it('let go of a person who is erased, and of nothing else', async () => {
    const { store, database } = await open()
    await store.audits.add({
      atMs,
      actorId: 'ada',
      action: 'linked',
      subject: 'U1',
      detail: { platform: 'slack' },
    })
    await sql`update audits set actor_id = null, subject = 'erased', detail = '{}', address = null`.execute(
      database.handle,
    )
    expect(await store.audits.list({}, { limit: 9 })).toMatchObject([
      { action: 'linked', subject: 'erased', detail: {}, atMs },
    ])
  })

  it('are found by who, what, to whom, when and where, page by page', async () => {
    const { store } = await open()
    const add = (minute: number, actorId: string, action: string, subject: string, workspace?: string) =>
      store.audits.add({
        atMs: atMs + minute * 60_000,
        actorId,
        action,
        subject,
        detail: workspace === undefined ? {} : { workspace },
      })
    await add(1, 'ada', 'role_changed', 'grace')
    await add(2, 'grace', 'role_changed', 'linus', 'slack:T1')
    await add(3, 'grace', 'quotas_changed', 'slack:T1')
    await add(3, 'ada', 'quotas_changed', 'slack:T2')
    const minutes = async (filter: Parameters<typeof store.audits.list>[0]) =>
      (await store.audits.list(filter, { limit: 9 })).map(audit => (audit.atMs - atMs) / 60_000)
    expect(await minutes({ actorId: 'grace' })).toEqual([3, 2])
    expect(await minutes({ action: 'role_changed' })).toEqual([2, 1])
    expect(await minutes({ subject: 'linus' })).toEqual([2])
    expect(await minutes({ workspace: { platform: 'slack', workspaceId: 'T1' } })).toEqual([3, 2])
    expect(await minutes({ fromMs: atMs + 120_000, toMs: atMs + 180_000 })).toEqual([2])
    expect(await store.audits.actions()).toEqual(['quotas_changed', 'role_changed'])
    const pages: string[][] = []
    for (let before: string | undefined; ; ) {
      const page = await store.audits.list({}, { limit: 2, ...(before === undefined ? {} : { before }) })
      if (page.length === 0) break
      pages.push(page.map(({ subject }) => subject))
      before = page.at(-1)?.id
    }
    expect(pages.map(page => page.length)).toEqual([2, 2])
    expect(new Set(pages.flat())).toEqual(new Set(['grace', 'linus', 'slack:T1', 'slack:T2']))
  })
})
