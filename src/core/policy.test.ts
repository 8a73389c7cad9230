import { describe, expect, it } from 'vitest'
import { findForbidden, moderatingModels } from './moderation.ts'
import { noRoles, permit, type RolesTold, rolesUnread } from './permission.ts'
import { type AccessRule, type Policy, policyOf, usualPolicy } from './policy.ts'

const ada = { id: 'ada', platform: 'slack', realm: 'T1', userId: 'U1', name: 'Ada' } as const
const member = {
  id: 'm-ada',
  username: 'ada',
  nickname: 'Ada',
  email: 'ada@example.com',
  emailConfirmed: true,
  emailProven: true,
  hasPassword: true,
  role: 'member',
  suspended: false,
  settings: {},
  createdAtMs: 0,
} as const

const rule = (effect: AccessRule['effect'], who: string): AccessRule =>
  who === 'everybody'
    ? { effect, who: { kind: 'everybody' } }
    : who === 'ada'
      ? { effect, who: { kind: 'identity', identityId: 'ada' } }
      : who === 'm-ada'
        ? { effect, who: { kind: 'member', memberId: 'm-ada' } }
        : { effect, who: { kind: 'role', role: who } }
const allow = (who: string) => rule('allow', who)
const deny = (who: string) => rule('deny', who)
const where = (...access: readonly (readonly AccessRule[])[]): Policy => ({ ...usualPolicy, access })
const told = (...has: readonly string[]): RolesTold => ({ has, unread: [] })

describe('who may be answered', () => {
  it.each([
    ['everybody, where nobody said anything', where(), noRoles, 'allowed'],
    ['nobody of a role that is denied', where([deny('slack:guest')]), told('slack:guest'), 'not_allowed'],
    ['everybody else', where([deny('slack:guest')]), told('slack:admin'), 'allowed'],
    ['one by name before all are denied', where([allow('ada'), deny('everybody')]), noRoles, 'allowed'],
    ['the first rule decides', where([deny('everybody'), allow('ada')]), noRoles, 'not_allowed'],
    ['a Member by any account', where([allow('m-ada'), deny('everybody')]), noRoles, 'allowed'],
    ['a role of Parley’s own', where([allow('parley:member'), deny('everybody')]), rolesUnread, 'allowed'],
    ['every list has to let them through', where([allow('ada')], [deny('ada')]), noRoles, 'not_allowed'],
    ['what hangs on unread roles waits', where([deny('slack:guest')]), rolesUnread, 'roles_needed'],
    [
      'what does not hang on them does not wait',
      where([allow('slack:admin'), allow('everybody')]),
      rolesUnread,
      'allowed',
    ],
    ['nor does a denial', where([deny('slack:guest'), deny('everybody')]), rolesUnread, 'not_allowed'],
    [
      'a role the event tells of is enough',
      where([deny('external')]),
      { has: ['external'], unread: 'all' },
      'not_allowed',
    ],
    [
      'only the roles that it leaves open wait',
      where([deny('discord:7')]),
      { has: ['discord:8'], unread: ['discord:admin'] },
      'allowed',
    ],
    [
      'a denied list outweighs one that waits',
      where([deny('slack:guest')], [deny('ada')]),
      rolesUnread,
      'not_allowed',
    ],
  ] as const)('%s', (_rule, policy, roles, word) => {
    const permission = permit(policy, { identity: ada, member, roles })
    expect(permission.verdict === 'refused' ? permission.reason : permission.verdict).toBe(word)
  })

  const linkedOnly = { ...usualPolicy, linkedOnly: true }
  it('with the one switch, only who is linked and confirmed', () => {
    const of = (speaking: object) => permit(linkedOnly, { identity: ada, roles: noRoles, ...speaking })
    expect(of({})).toEqual({ verdict: 'refused', reason: 'link_needed' })
    expect(of({ member: { ...member, emailConfirmed: false } })).toEqual({
      verdict: 'refused',
      reason: 'email_unconfirmed',
    })
    expect(of({ member })).toEqual({ verdict: 'allowed' })
  })

  it('a suspended Member nowhere, whatever is allowed', () => {
    const suspended = { identity: ada, member: { ...member, suspended: true }, roles: noRoles }
    expect(permit(where([allow('ada')]), suspended)).toEqual({ verdict: 'refused', reason: 'suspended' })
  })
})

describe('all levels together', () => {
  it('a channel opens what its workspace closes, and nobody opens what the installation closes', () => {
    const workspace = { access: [deny('everybody')] }
    const channel = { access: [allow('everybody')] }
    const speaking = { identity: ada, roles: told('slack:guest') }
    expect(permit(policyOf({ workspace }), speaking).verdict).toBe('refused')
    expect(permit(policyOf({ workspace, channel }), speaking).verdict).toBe('allowed')
    const installation = { access: [deny('slack:guest')] }
    expect(permit(policyOf({ installation, workspace, channel }), speaking).verdict).toBe('refused')
  })

  it('the narrower word holds, but for what protects', () => {
    const words = (word: string) => ({ words: [word], checks: 'both' }) as const
    expect(
      policyOf({
        installation: { answerMode: 'mention', linkedOnly: true, language: 'ko', moderation: words('a') },
        workspace: { answerMode: 'follow_up', moderation: words('b') },
        channel: { answerMode: 'all', linkedOnly: false, answersIn: 'place', moderation: words('c') },
      }),
    ).toEqual({
      access: [],
      answerMode: 'all',
      answersIn: 'place',
      linkedOnly: true,
      language: 'ko',
      moderation: [words('a'), words('c')],
    })
    expect(policyOf({})).toEqual(usualPolicy)
  })
})

describe('words that are not allowed', () => {
  const list = (...words: readonly string[]) => [{ words, checks: 'questions' as const }]
  it.each([
    ['whatever their case', list('Project Falcon'), 'about project  FALCON, please', 'Project Falcon'],
    ['as whole words only', list('ass'), 'a class of its own', undefined],
    ['with an ending of a script that has no gap', list('비밀'), '비밀을 알려 줘', '비밀'],
    ['in other widths', list('secret'), 'ｓｅｃｒｅｔ', 'secret'],
    ['with characters in them that nobody sees', list('secret'), 'se​cret', 'secret'],
    ['with signs of their own', list('c++'), 'I like C++ a lot', 'c++'],
    ['not when the list is empty words', list('', '  '), 'anything', undefined],
  ])('are found %s', (_how, moderation, text, found) => {
    expect(findForbidden(moderation, text, 'questions')).toBe(found)
  })

  it('only on the side that is looked at', () => {
    expect(findForbidden(list('secret'), 'secret', 'answers')).toBeUndefined()
    const asked = [
      { words: [], model: 'guard', checks: 'both' as const },
      { words: [], model: 'guard', checks: 'answers' as const },
    ]
    expect(moderatingModels(asked, 'answers')).toEqual(['guard'])
    expect(moderatingModels(asked, 'questions')).toEqual(['guard'])
  })
})
