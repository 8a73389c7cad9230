import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parley } from '../cast.ts'
import { fileJournal } from '../journal.ts'
import type { DiscordEntry } from './entry.ts'
import { ada, adasDirect, call, grace, next, openStage, support } from './testing/bot.ts'

const stage = openStage()
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'discord-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = () => stage.discord({ journal: fileJournal<DiscordEntry>(join(folder, 'discord.jsonl')) })

describe('a stand-in that was killed', () => {
  it('still holds channels, threads, direct messages, edits, deletions, commands and rights', async () => {
    const before = await open()
    const { player } = before.discord
    const { messageId } = player.say({ channelId: support }, ada, 'root')
    player.say({ channelId: support, threadId: messageId }, grace, 'in the thread')
    player.say({ channelId: adasDirect }, ada, 'between us')
    const gone = player.say({ channelId: support }, ada, 'gone').messageId
    player.edit(support, messageId, ada, 'root, better')
    player.remove(support, gone, ada)
    await call(before, 'PUT', `/applications/${parley.discord.applicationId}/commands`, [
      { name: 'ask', description: 'Ask' },
    ])
    before.discord.denyThreads(support, true)
    // Twice: the second start reads what the first one wrote when it made the journal short.
    await open()
    const after = await open()
    const seen = (stand: typeof before) => ({
      support: stand.discord.player.messages(support),
      thread: stand.discord.player.messages(support, messageId),
      direct: stand.discord.player.messages(adasDirect),
      commands: stand.discord.player.view().commands,
    })
    expect(seen(after)).toEqual(seen(before))
    expect(seen(after).thread.map(({ text }) => text)).toEqual(['root, better', 'in the thread'])
    const denied = await call(after, 'POST', `/channels/${support}/threads`, { name: 'x' })
    expect(denied.json['code']).toBe(50013)
    const later = after.discord.player.say({ channelId: support }, ada, 'later').messageId
    expect(BigInt(later) > BigInt(gone)).toBe(true)
  })

  it('still knows an interaction’s token and a message’s nonce', async () => {
    const before = await open()
    const bot = await stage.bot(before)
    await bot.application.commands.set([{ name: 'ask', description: 'Ask' }])
    const asked = next(bot, 'interactionCreate')
    before.discord.player.command({ channelId: support }, ada, 'ask', '')
    const [{ id, token }] = await asked
    await call(before, 'POST', `/interactions/${id}/${token}/callback`, { type: 5 })
    const body = { content: 'once', nonce: 'n1', enforce_nonce: true }
    const path = `/channels/${support}/messages`
    const first = await call(before, 'POST', path, body)
    const after = await open()
    const original = `/webhooks/${parley.discord.applicationId}/${token}/messages/%40original`
    expect((await call(after, 'PATCH', original, { content: 'after the kill' })).status).toBe(200)
    expect((await call(after, 'POST', path, body)).json['id']).toBe(first.json['id'])
    expect(after.discord.player.messages(support).map(({ text }) => text)).toEqual(['after the kill', 'once'])
  })
})
