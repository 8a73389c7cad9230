import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { ada as adaOnSlack, atMs, place, playOn } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { builtInAgent } from '../../core/agent.ts'
import type { Member } from '../../core/member.ts'
import { oneAgent } from '../../core/testing/one-agent.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import { placePages } from './place-pages.ts'

const acme = { platform: 'slack', workspaceId: place.workspaceId } as const
const inAcme = '?workspace=slack%3AT1'

/** The pages of places over a real database, at `atMs`, visited by whom the test says. */
async function openPlaces({ store }: TestDatabase, roles: readonly string[] = ['slack:guest']) {
  await playOn(store).ask(adaOnSlack, 'how often?')
  const slack: ChatPlatform = {
    platform: 'slack',
    open: () => Promise.reject(new Error('Nothing is shown.')),
    readThread: () => Promise.resolve([]),
    lookUpNames: () => Promise.resolve(new Map()),
    mayModerate: () => Promise.resolve(false),
    rolesOf: () => Promise.resolve(roles),
  }
  const pages = placePages({
    store,
    nowMs: () => atMs,
    agents: oneAgent(store, builtInAgent('scripted')),
    platforms: new Map([['slack', slack]]),
    address: () => '192.0.2.7',
  })
  const visit = async (member: Member | undefined, path: string, form?: Record<string, string>) => {
    const app = new Hono<WebEnv>()
    app.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', 'en')
      c.set('words', wordsIn('en'))
      const viewer = member && (await store.members.viewer(member.id))
      c.set('signedIn', member && viewer ? { member, viewer, sessionId: 's', via: 'cookie' } : undefined)
      await next()
    })
    for (const page of pages) app.route('/', page)
    app.onError(answerFailure(silentLog))
    const response = await app.request(path, {
      headers: { accept: 'text/html' },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    }
  }
  const join = async (name: string, role: Member['role'] = 'member') =>
    store.members.change((await addMember(store, name)).id, { role })
  const boss = await join('barbara')
  await store.workspaceRoles.set(boss.id, acme, 'admin')
  const counting = await join('counting')
  await store.workspaceRoles.set(counting.id, acme, 'auditor')
  const stranger = await join('elsewhere')
  await store.workspaceRoles.set(stranger.id, { ...acme, workspaceId: 'T2' }, 'admin')
  const owner = await join('ada', 'owner')
  return { store, visit, owner, boss, counting, stranger }
}

onEveryEngine('the policy page', open => {
  it('takes a policy, holds it from then on, tells it again and puts it on record', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    const saved = await visit(boss, `/admin/policy${inAcme}`, {
      effect0: 'allow',
      who0: 'person',
      whom0: '@barbara',
      effect1: 'deny',
      who1: 'slack:guest',
      effect2: 'deny',
      who2: 'role',
      whom2: 'slack:temp',
      effect3: 'none',
      who3: 'everybody',
      linkedOnly: 'yes',
      answerMode: 'mention',
      words: 'Falcon\n\nproject x\nFalcon',
      checks: 'questions',
    })
    expect([saved.status, saved.location]).toEqual([303, `/admin/policy${inAcme}&notice=policySaved`])
    expect(await store.policies.find({ workspace: acme })).toEqual({
      access: [
        { effect: 'allow', who: { kind: 'member', memberId: boss.id } },
        { effect: 'deny', who: { kind: 'role', role: 'slack:guest' } },
        { effect: 'deny', who: { kind: 'role', role: 'slack:temp' } },
      ],
      linkedOnly: true,
      answerMode: 'mention',
      moderation: { words: ['Falcon', 'project x'], checks: 'questions' },
    })
    const { text } = await visit(boss, `/admin/policy${inAcme}`)
    expect(text).toContain('value="barbara"')
    expect(text).toContain('value="slack:temp"')
    expect(text).toMatch(/Falcon\nproject x/)
    expect(await store.audits.list({ action: 'policy_changed' }, { limit: 9 })).toMatchObject([
      {
        actorId: boss.id,
        subject: 'slack:T1',
        address: '192.0.2.7',
        detail: { before: 'as usual', after: expect.stringContaining('deny slack:guest') },
      },
    ])
  })

  it('shows a wrong line again, with what was typed and what is wrong beside it', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    const { status, text } = await visit(boss, `/admin/policy${inAcme}`, {
      effect0: 'deny',
      who0: 'person',
      whom0: 'nobody of this name',
      effect1: 'deny',
      who1: 'role',
      whom1: '',
    })
    expect(status).toBe(422)
    expect(text).toContain('value="nobody of this name"')
    expect(text.match(/<p class="error" id="whom\d-error">[^<]+/g)).toHaveLength(2)
    expect(await store.policies.find({ workspace: acme })).toBeUndefined()
  })

  it('says a channel’s policy for that channel alone', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    await visit(boss, `/admin/policy${inAcme}&channel=C1`, { answerMode: 'all', answersIn: 'place' })
    expect(await store.policies.find({ workspace: acme, channelId: 'C1' })).toEqual({
      answerMode: 'all',
      answersIn: 'place',
    })
    expect(await store.policies.find({ workspace: acme })).toBeUndefined()
    expect((await visit(boss, `/admin/policy${inAcme}&channel=C9`)).status).toBe(404)
  })

  it.each([
    ['an ordinary question', 'how often?', 'Parley would keep quiet', 'Parley is not mentioned'],
    ['a mention', '@Parley how often?', 'Parley would answer, as Parley', 'within|no limit'],
    ['a word of the list', '@Parley the falcon?', 'Parley would refuse', '“Falcon” is on the list'],
  ])('tries %s, and changes nothing', async (_what, text, verdict, why) => {
    const { store, visit, counting } = await openPlaces(await open())
    await store.policies.set({ workspace: acme }, { moderation: { words: ['Falcon'], checks: 'both' } })
    const asked = new URLSearchParams({ person: 'U-ADA', place: 'slack:T1:C1', spot: 'channel', text })
    const page = await visit(counting, `/admin/policy${inAcme}&${asked.toString()}`)
    expect(page.text).toContain(verdict)
    expect(page.text).toMatch(new RegExp(why))
    expect(await store.jobs.claim(['whisper'], 1_000)).toEqual([])
  })

  it('tries somebody whose role the platform tells', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    await store.policies.set(
      { workspace: acme },
      { access: [{ effect: 'deny', who: { kind: 'role', role: 'slack:guest' } }] },
    )
    const asked = new URLSearchParams({ person: 'ada', place: 'slack:T1:C1', text: '@Parley hi' })
    // There is a Member of this name without an account there, who speaks with the one of the web.
    const { text } = await visit(boss, `/admin/policy${inAcme}&${asked.toString()}`)
    expect(text).toContain('Their roles there: slack:guest.')
    expect(text).toContain('Parley would refuse')
  })

  it('tries somebody whose limit is that of their role', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    const aDay = { scope: 'member', subject: '*', unit: 'requests', period: 'day', soft: false } as const
    await store.quotaRules.replace(acme, [
      { ...aDay, limit: 5 },
      { ...aDay, limit: 0, role: 'slack:guest' },
    ])
    const asked = new URLSearchParams({ person: 'U-ADA', place: 'slack:T1:C1', text: '@Parley hi' })
    const { text } = await visit(boss, `/admin/policy${inAcme}&${asked.toString()}`)
    expect(text).toContain('Their roles there: slack:guest.')
    expect(text).toContain('Parley would refuse')
  })
})

onEveryEngine('retention and settings', open => {
  it('a rule is set, tells what it would erase, and is taken away', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    const wrong = await visit(boss, `/admin/retention${inAcme}`, { channel: '', days: '0' })
    expect(wrong.status).toBe(422)
    await visit(boss, `/admin/retention${inAcme}`, { channel: 'C1', days: '30' })
    expect(await store.retention.rules()).toEqual([{ ...place, days: 30 }])
    expect(await store.retention.due(atMs + 31 * 86_400_000)).toMatchObject([{ messages: 1 }])
    expect((await visit(boss, `/admin/retention${inAcme}`)).text).toContain('Nothing')
    await visit(boss, `/admin/retention/remove${inAcme}`, { channel: 'C1' })
    expect(await store.retention.rules()).toEqual([])
    const audits = await store.audits.list({ subject: 'slack:T1:C1' }, { limit: 9 })
    const told = audits.map(({ action, detail }) => [action, detail['before'], detail['after']])
    expect(told.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
      ['retention_changed', null, 30],
      ['retention_removed', 30, null],
    ])
  })

  it('settings of a workspace are its own, and those of the installation the owner’s', async () => {
    const { store, visit, boss, owner } = await openPlaces(await open())
    const theirs = { publishesChannels: 'on', timeZone: 'Asia/Seoul', language: 'ko' }
    expect((await visit(boss, `/admin/settings${inAcme}`, theirs)).status).toBe(303)
    expect(await store.settings.workspace('slack', 'T1')).toMatchObject({
      publishesChannels: true,
      timeZone: 'Asia/Seoul',
    })
    expect((await store.policies.for(place)).language).toBe('ko')
    const wrong = await visit(owner, '/admin/settings', { demo: 'on', timeZone: 'Mars/Base' })
    expect(wrong.status).toBe(422)
    expect((await store.settings.installation()).demo).toBe(false)
    await visit(owner, '/admin/settings', { demo: 'on', keepsRelayed: 'on', timeZone: 'UTC' })
    expect(await store.settings.installation()).toMatchObject({
      demo: true,
      publicHistory: false,
      keepsRelayed: true,
      passesOwnKeys: false,
    })
    const [change] = await store.audits.list({ subject: 'installation' }, { limit: 1 })
    expect(change?.detail).toEqual({
      demoBefore: '',
      demoAfter: 'on',
      keepsRelayedBefore: '',
      keepsRelayedAfter: 'on',
      passesOwnKeysBefore: 'on',
      passesOwnKeysAfter: '',
    })
  })

  it('channels are listed with what is known of them, and found by name', async () => {
    const { store, visit, boss } = await openPlaces(await open())
    expect(await store.places.list({ workspace: acme }, { limit: 9 })).toMatchObject([
      { ...place, dialogues: 1, hasPolicy: false },
    ])
    expect((await visit(boss, `/admin/channels${inAcme}`)).text).toContain('/admin/channels/slack/T1/C1')
    expect((await visit(boss, `/admin/channels${inAcme}&q=100%25`)).text).toContain('No channel is called')
    const channel = (await visit(boss, '/admin/channels/slack/T1/C1')).text
    expect(channel).toContain('Everybody who can write')
    expect(channel).toContain('/admin/agents/places?workspace=slack%3AT1&amp;channel=C1')
    expect((await visit(boss, '/admin/channels/slack/T1/C9')).status).toBe(404)
  })
})

describe('who may', () => {
  onEveryEngine('look and change', open => {
    it('only those who manage change, auditors read, others neither', async () => {
      const { visit, owner, boss, counting, stranger } = await openPlaces(await open())
      const paths = ['/admin/policy', '/admin/retention', '/admin/settings', '/admin/channels']
      const read = async (member: Member | undefined, query: string) =>
        Promise.all(paths.map(async path => (await visit(member, `${path}${query}`)).status))
      for (const member of [owner, boss, counting])
        expect(await read(member, inAcme)).toEqual([200, 200, 200, 200])
      expect(await read(stranger, inAcme)).toEqual([403, 403, 403, 403])
      expect(await read(undefined, inAcme)).toEqual([303, 303, 303, 303])
      const unsafe = ['/admin/policy', '/admin/retention', '/admin/retention/remove', '/admin/settings']
      for (const member of [counting, stranger])
        for (const path of unsafe)
          expect([path, (await visit(member, `${path}${inAcme}`, { days: '9' })).status]).toEqual([path, 403])
      // A workspace is none of the installation: who manages one changes nothing for everybody.
      expect((await visit(boss, '/admin/channels/slack/T2/C1')).status).toBe(403)
    })
  })
})
