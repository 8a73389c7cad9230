import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { exportAsJson, exportAsMarkdown, type ExportWords } from '../../core/export.ts'
import type { Store } from '../../core/store.ts'
import { ada, atMs, grace, place, playOn, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { addMember, viewerOf } from './testing/people.ts'

const words: ExportWords = {
  heading: (name, date) => `Parley of ${name}, ${date}`,
  accounts: 'Accounts',
  usage: (calls, input, output) => `${calls} calls, ${input} in, ${output} out`,
  mineOnly: 'Only what you said.',
  redacted: 'Deleted.',
  earlier: version => `Version ${version}`,
}

async function linkedAda(store: Store) {
  const member = await addMember(store, 'ada')
  const account = await store.identities.meet(ada)
  await store.members.link(account.id, member.id, atMs)
  return { account, viewer: await viewerOf(store, member) }
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  const all: string[] = []
  for await (const piece of pieces) all.push(piece)
  return all.join('')
}

onEveryEngine('an export', open => {
  it('holds what is mine: own dialogues whole, channels I read whole, others by what I said', async () => {
    const { store, database } = await open()
    const play = playOn(store)
    const { account, viewer } = await linkedAda(store)
    await play.say(ada, 'Public question')
    await play.say(grace, 'Public answer')
    const left = { ...place, channelId: 'C-LEFT', threadId: 'left' }
    await play.say(grace, 'Secret of a channel that Ada left', left)
    const mine = await play.say(ada, 'What Ada said there', left)
    await store.messages.revise(mine.id, 'What Ada said there, corrected', [], atMs)
    const graces = { ...place, channelId: 'D-GRACE', threadId: 'g' }
    const direct = await store.dialogues.open({
      thread: graces,
      direct: true,
      title: 'Grace’s own',
      historyToRead: false,
    })
    await store.messages.append({
      dialogueId: direct.id,
      author: grace,
      ref: 'g',
      text: 'Grace in private',
      files: [],
      sentAtMs: atMs,
    })
    await database.handle
      .insertInto('audience_places')
      .values({
        identity_id: account.id,
        platform: 'slack',
        workspace_id: thread.workspaceId,
        channel_id: thread.channelId,
        valid_until: sql<Date>`clock_timestamp() + interval '1 minute'`,
      })
      .execute()
    const json = await joined(exportAsJson(store.exports, viewer, atMs))
    const told = JSON.parse(json)
    expect(told).toMatchObject({
      format: 'parley-export',
      member: { username: 'ada', email: 'ada@acme.example' },
      identities: [{ platform: 'web' }, { platform: 'slack', userId: 'U-ADA' }],
      usage: [],
    })
    expect(json).not.toMatch(/Secret of a channel|in private|own/)
    const texts = told.dialogues.map((dialogue: { scope: string; messages: { text: string }[] }) => [
      dialogue.scope,
      ...dialogue.messages.map(({ text }) => text),
    ])
    expect(texts).toEqual([
      ['whole', 'Public question', 'Public answer'],
      ['mine', 'What Ada said there, corrected'],
    ])
    expect(told.dialogues[1].messages[0].versions).toMatchObject([
      { version: 1, text: 'What Ada said there' },
    ])
    const markdown = await joined(exportAsMarkdown(store.exports, viewer, atMs, words))
    expect(markdown).toContain('# Parley of Ada, 2026-11-21')
    expect(markdown).toMatch(/### Grace · .*\n\nPublic answer/)
    expect(markdown).toContain('> Version 1\n>\n> What Ada said there')
    expect(markdown).not.toMatch(/Secret of a channel|in private/)
  })

  it('holds nothing that its reader may not see, and nothing of theirs is missing, whatever the world', async () => {
    const { store, database } = await open()
    const { account, viewer } = await linkedAda(store)
    let seed = 20261121
    const pick = <T>(items: readonly [T, ...T[]]): T => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return items[seed % items.length] ?? items[0]
    }
    const expected: string[] = []
    for (let number = 0; number < 40; number++) {
      const kind = pick(['own', 'of grace', 'read', 'left', 'private, read', 'private, not read'])
      const owner = kind === 'own' ? ada : kind === 'of grace' ? grace : undefined
      const where = { ...place, channelId: `C-${number}`, threadId: `T-${number}` }
      const { id } = await store.dialogues.open({
        thread: where,
        direct: owner !== undefined,
        title: `title ${number}`,
        historyToRead: false,
        privateThread: kind.startsWith('private'),
        ...(owner ? { owner } : {}),
      })
      const reads = (threadId: string) =>
        database.handle
          .insertInto('audience_places')
          .values({
            identity_id: account.id,
            platform: 'slack',
            workspace_id: where.workspaceId,
            channel_id: where.channelId,
            thread_id: threadId,
            valid_until: sql<Date>`clock_timestamp() + interval '1 minute'`,
          })
          .execute()
      if (kind === 'read' || kind.startsWith('private')) await reads('')
      if (kind === 'private, read') await reads(where.threadId)
      const said: { readonly mine: boolean; readonly text: string }[] = []
      for (let line = 0; line < 3; line++) {
        const author = kind === 'own' ? ada : kind === 'of grace' ? grace : pick([ada, grace])
        const text = `${kind} ${number}.${line}`
        const ref = `${number}.${line}`
        await store.messages.append({ dialogueId: id, author, ref, text, files: [], sentAtMs: atMs + line })
        said.push({ mine: author === ada, text })
      }
      const whole = kind === 'own' || kind === 'read' || kind === 'private, read'
      const spoke = said.some(({ mine }) => mine)
      expected.push(...said.filter(({ mine }) => mine || (whole && spoke)).map(({ text }) => text))
    }
    const told = JSON.parse(await joined(exportAsJson(store.exports, viewer, atMs)))
    const texts = told.dialogues.flatMap((dialogue: { messages: { text: string }[] }) =>
      dialogue.messages.map(({ text }) => text),
    )
    expect(texts.toSorted()).toEqual(expected.toSorted())
    const titles = told.dialogues.map((dialogue: { scope: string; title: string }) => [
      dialogue.scope,
      dialogue.title.startsWith('title'),
    ])
    for (const [scope, shown] of titles) expect(shown).toBe(scope === 'whole')
  })

  it('reads no further than it is asked to, and every message once, however many there are', async () => {
    const { store, database } = await open()
    const { account, viewer } = await linkedAda(store)
    const { dialogueId } = await playOn(store).say(ada, 'The first')
    const many = 5_000
    await sql`
      insert into messages (id, dialogue_id, position, role, author_id, ref, text, sent_at)
      select 'many ' || number, ${dialogueId}, 2000000 + number, 'user', ${account.id}, 'many ' || number,
        repeat('words of number ' || number || ' ', 60), now()
      from generate_series(1, ${many}::int) as number`.execute(database.handle)
    let pagesRead = 0
    let most = 0
    const counting = {
      ...store.exports,
      messages: async (...of: Parameters<Store['exports']['messages']>) => {
        pagesRead += 1
        const page = await store.exports.messages(...of)
        most = Math.max(most, page.length)
        return page
      },
    }
    const pieces = exportAsJson(counting, viewer, atMs)
    for (let piece = 0; piece < 60; piece++) await pieces.next()
    expect(pagesRead).toBe(1)
    const told = JSON.parse(await joined(exportAsJson(counting, viewer, atMs)))
    const ids = told.dialogues[0].messages.map(({ id }: { id: string }) => id)
    expect(ids).toHaveLength(many + 1)
    expect(new Set(ids).size).toBe(many + 1)
    expect(most).toBeLessThanOrEqual(100)
  })
})
