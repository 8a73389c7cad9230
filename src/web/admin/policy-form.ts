import type { FieldProblem } from '../../core/field-problem.ts'
import { languages } from '../../core/member.ts'
import {
  type AccessRule,
  type AccessSubject,
  answerModes,
  answerPlaces,
  type Moderation,
  moderationChecks,
  type PolicyLevel,
} from '../../core/policy.ts'
import type { Stores } from '../../core/store.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { Words } from '../../core/words.ts'

/** What was typed, by field; lines of access are `effect0`, `who0`, `whom0` and so on. */
export type PolicyFields = Readonly<Record<string, string>>

/** Most lines of access that a form has. */
export const maxRules = 50

/** What a form sends. */
export const policyFields: readonly string[] = [
  'linkedOnly',
  'answerMode',
  'answersIn',
  'language',
  'words',
  'model',
  'checks',
  ...Array.from({ length: maxRules }, (_, line) => [`effect${line}`, `who${line}`, `whom${line}`]).flat(),
]

const maxWords = 500
const maxWordLength = 100
const maxModelLength = 200

export type ParsedPolicy =
  | { readonly level: PolicyLevel; readonly problems: readonly [] }
  | { readonly level: undefined; readonly problems: readonly FieldProblem[] }

/** A form as a level of policy, or what is wrong with it. People are found by what somebody calls them. */
export async function parsePolicy(
  stores: Pick<Stores, 'members' | 'identities'>,
  workspace: Workspace | undefined,
  typed: PolicyFields,
): Promise<ParsedPolicy> {
  const problems: FieldProblem[] = []
  const access = await parseAccess(stores, workspace, typed, problems)
  const moderation = parseModeration(typed, problems)
  const answerMode = oneOf(answerModes, typed['answerMode'])
  const answersIn = oneOf(answerPlaces, typed['answersIn'])
  const language = oneOf(languages, typed['language'])
  const linkedOnly = typed['linkedOnly']
  if (problems.length > 0) return { level: undefined, problems }
  const level: PolicyLevel = {
    ...(access.length === 0 ? {} : { access }),
    ...(linkedOnly === 'yes' || linkedOnly === 'no' ? { linkedOnly: linkedOnly === 'yes' } : {}),
    ...(answerMode ? { answerMode } : {}),
    ...(answersIn ? { answersIn } : {}),
    ...(language ? { language } : {}),
    ...(moderation ? { moderation } : {}),
  }
  return { level, problems: [] }
}

async function parseAccess(
  stores: Pick<Stores, 'members' | 'identities'>,
  workspace: Workspace | undefined,
  typed: PolicyFields,
  problems: FieldProblem[],
): Promise<readonly AccessRule[]> {
  const rules: AccessRule[] = []
  for (let line = 0; line < maxRules; line += 1) {
    const effect = typed[`effect${line}`]
    if (effect !== 'allow' && effect !== 'deny') continue
    const who = await parseSubject(stores, workspace, typed[`who${line}`] ?? '', typed[`whom${line}`] ?? '')
    if ('code' in who) problems.push({ field: `whom${line}`, code: who.code })
    else rules.push({ effect, who })
  }
  return rules
}

async function parseSubject(
  stores: Pick<Stores, 'members' | 'identities'>,
  workspace: Workspace | undefined,
  subject: string,
  whom: string,
): Promise<AccessSubject | { readonly code: FieldProblem['code'] }> {
  if (subject === 'everybody') return { kind: 'everybody' }
  if (subject !== 'role' && subject !== 'person') return { kind: 'role', role: subject }
  const word = whom.trim()
  if (word === '') return { code: 'required' }
  if (subject === 'role')
    return /^[a-z]+:[\w-]{1,60}$/i.test(word) ? { kind: 'role', role: word } : { code: 'malformed' }
  const person = await findPerson(stores, workspace, word)
  return person ?? { code: 'not_offered' }
}

/** The Member of this username, else the one account that the workspace's platform knows by this name or id. */
export async function findPerson(
  stores: Pick<Stores, 'members' | 'identities'>,
  workspace: Workspace | undefined,
  typed: string,
): Promise<Extract<AccessSubject, { readonly kind: 'member' | 'identity' }> | undefined> {
  const word = typed.trim().replace(/^@/, '')
  const member = await stores.members.findByUsername(word)
  if (member) return { kind: 'member', memberId: member.id }
  const identity = await stores.identities.findTyped(word, workspace?.platform)
  return identity && { kind: 'identity', identityId: identity.id }
}

function parseModeration(typed: PolicyFields, problems: FieldProblem[]): Moderation | undefined {
  const words = (typed['words'] ?? '')
    .split(/\n/)
    .map(word => word.trim())
    .filter(word => word !== '')
  const model = (typed['model'] ?? '').trim()
  if (words.length > maxWords || words.some(word => word.length > maxWordLength))
    problems.push({ field: 'words', code: 'too_long' })
  if (model.length > maxModelLength) problems.push({ field: 'model', code: 'too_long' })
  if (words.length === 0 && model === '') return undefined
  const checks = oneOf(moderationChecks, typed['checks']) ?? 'both'
  return { words: [...new Set(words)], checks, ...(model === '' ? {} : { model }) }
}

function oneOf<Word extends string>(words: readonly Word[], typed: string | undefined): Word | undefined {
  return words.find(word => word === typed)
}

/** A level as its form shows it. */
export async function toFields(
  stores: Pick<Stores, 'members' | 'identities'>,
  level: PolicyLevel,
  subjects: Words['policies']['subjects'],
): Promise<PolicyFields> {
  const fields: Record<string, string> = {
    linkedOnly: level.linkedOnly === undefined ? '' : level.linkedOnly ? 'yes' : 'no',
    answerMode: level.answerMode ?? '',
    answersIn: level.answersIn ?? '',
    language: level.language ?? '',
    words: level.moderation?.words.join('\n') ?? '',
    model: level.moderation?.model ?? '',
    checks: level.moderation?.checks ?? 'both',
  }
  for (const [line, { effect, who }] of (level.access ?? []).entries()) {
    const { subject, whom } = await namedSubject(stores, who, subjects)
    Object.assign(fields, { [`effect${line}`]: effect, [`who${line}`]: subject, [`whom${line}`]: whom })
  }
  return fields
}

async function namedSubject(
  stores: Pick<Stores, 'members' | 'identities'>,
  who: AccessSubject,
  subjects: Words['policies']['subjects'],
): Promise<{ readonly subject: string; readonly whom: string }> {
  switch (who.kind) {
    case 'everybody':
      return { subject: 'everybody', whom: '' }
    case 'role':
      return Object.hasOwn(subjects, who.role)
        ? { subject: who.role, whom: '' }
        : { subject: 'role', whom: who.role }
    case 'member': {
      const member = await stores.members.find(who.memberId)
      return { subject: 'person', whom: member?.username ?? who.memberId }
    }
    case 'identity': {
      const identity = (await stores.identities.get([who.identityId])).get(who.identityId)
      return { subject: 'person', whom: identity?.userId ?? who.identityId }
    }
  }
}

/** A level in few words, for the audit: what is not told was as usual. */
export function toAudit(level: PolicyLevel | undefined): string {
  const { access = [], moderation, ...rest } = level ?? {}
  const rules = access.map(({ effect, who }) => `${effect} ${subjectIn(who)}`)
  const words = moderation ? [`moderation: ${moderation.checks}, ${moderation.words.length} words`] : []
  const model = moderation?.model === undefined ? [] : [`moderated by ${moderation.model}`]
  const others = Object.entries(rest).map(([name, value]) => `${name}: ${value}`)
  return [...rules, ...others, ...words, ...model].join('; ') || 'as usual'
}

function subjectIn(who: AccessSubject): string {
  if (who.kind === 'everybody') return 'everybody'
  if (who.kind === 'role') return who.role
  return who.kind === 'member' ? `member ${who.memberId}` : `account ${who.identityId}`
}
