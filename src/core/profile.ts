import type { ProfileChange, SettingsChange } from './account.ts'
import type { FieldCode } from './field-problem.ts'
import { languages, type MemberChange, type MemberSettings } from './member.ts'
import { fieldProblem, lengthOf, oneLine, refuse } from './typed-text.ts'
import { toUsername, usernameProblem } from './username.ts'

const maxName = 32
const maxNickname = 40
const maxJob = 80
const maxAgent = 64
/** They stand in every request of this person to a model. */
export const maxInstructions = 4_000
const oldestYear = 1900

/** What a person typed of themselves, as it is kept. Throws `invalid`. */
export function readProfile(typed: ProfileChange, thisYear: number): MemberChange {
  const username = typed.username === undefined ? undefined : toUsername(typed.username)
  const nickname = typed.nickname === undefined ? undefined : oneLine(typed.nickname)
  const lines = {
    firstName: optionalLine(typed.firstName),
    lastName: optionalLine(typed.lastName),
    job: optionalLine(typed.job),
  }
  const bornYear = readYear(typed.bornYear)
  refuse([
    fieldProblem('username', username === undefined ? undefined : usernameProblem(username)),
    fieldProblem('nickname', nickname === undefined ? undefined : nicknameProblem(nickname)),
    fieldProblem('firstName', tooLong(lines.firstName, maxName)),
    fieldProblem('lastName', tooLong(lines.lastName, maxName)),
    fieldProblem('job', tooLong(lines.job, maxJob)),
    fieldProblem('bornYear', yearProblem(bornYear, thisYear)),
  ])
  return defined({ username, nickname, ...lines, bornYear })
}

/** The settings with this change, as they are kept. Throws `invalid`. */
export function readSettings(before: MemberSettings, typed: SettingsChange): MemberSettings {
  const instructions = typed.instructions?.replaceAll('\r\n', '\n').trim()
  const language = languages.find(one => one === typed.language)
  const theme = themes.find(one => one === typed.theme)
  const agent = typed.agent?.trim()
  const timeZone = typed.timeZone?.trim()
  refuse([
    fieldProblem('instructions', tooLong(instructions, maxInstructions)),
    fieldProblem('language', notOffered(typed.language, language)),
    fieldProblem('theme', notOffered(typed.theme, theme)),
    fieldProblem('timeZone', timeZone && !isTimeZone(timeZone) ? 'not_offered' : undefined),
    fieldProblem('agent', tooLong(agent, maxAgent)),
  ])
  const after = {
    ...before,
    ...defined({ instructions, timeZone, agent, mailNotices: typed.mailNotices }),
    ...(typed.language === undefined ? {} : { language: language ?? '' }),
    ...(typed.theme === undefined ? {} : { theme: theme ?? '' }),
  }
  return Object.fromEntries(Object.entries(after).filter(([, value]) => value !== '')) as MemberSettings
}

const themes = ['light', 'dark'] as const

/** A name another service or an address gave, made to fit. */
export function toNickname(text: string): string {
  return Array.from(oneLine(text)).slice(0, maxNickname).join('').trim()
}

function nicknameProblem(nickname: string): FieldCode | undefined {
  return nickname === '' ? 'required' : tooLong(nickname, maxNickname)
}

function optionalLine(typed: string | undefined): string | null | undefined {
  return typed === undefined ? undefined : oneLine(typed) || null
}

function tooLong(text: string | null | undefined, max: number): FieldCode | undefined {
  return text && lengthOf(text) > max ? 'too_long' : undefined
}

function readYear(typed: ProfileChange['bornYear']): number | null | undefined {
  if (typed === undefined || typeof typed === 'number') return typed
  if (typed === null || typed.trim() === '') return null
  return /^\d{4}$/.test(typed.trim()) ? Number(typed) : Number.NaN
}

function yearProblem(year: number | null | undefined, thisYear: number): FieldCode | undefined {
  if (year === undefined || year === null) return undefined
  return Number.isInteger(year) && year >= oldestYear && year <= thisYear ? undefined : 'out_of_range'
}

function notOffered(typed: string | undefined, found: string | undefined): FieldCode | undefined {
  return typed !== undefined && typed !== '' && found === undefined ? 'not_offered' : undefined
}

/** Whether this is an IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +09:00 are taken by Intl too, but say nothing of summer time.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
