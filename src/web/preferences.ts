import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { type Language, languages } from '../core/member.ts'
import { languageOf, wordsIn } from '../core/words.ts'
import type { WebEnv } from './context.ts'

const themes = ['light', 'dark'] as const
type Theme = (typeof themes)[number]

const yearS = 365 * 24 * 60 * 60

/**
 * Language and theme before anyone is known: from `?lang=` and `?theme=`, which are kept in cookies, else from the
 * cookie, else from what the browser asks for.
 */
export const preferences: MiddlewareHandler<WebEnv> = async (c, next) => {
  const language = chosen<Language>(c, 'lang', languages) ?? languageOf(c.req.header('Accept-Language'))
  speak(c, language)
  c.set('theme', chosen<Theme>(c, 'theme', themes))
  await next()
}

/** Once a Member is known, what they set counts before what their browser says. */
export const memberPreferences: MiddlewareHandler<WebEnv> = async (c, next) => {
  const settings = c.get('signedIn')?.member.settings
  if (settings?.language) speak(c, settings.language)
  if (settings?.theme) c.set('theme', settings.theme)
  await next()
}

function speak(c: Context<WebEnv>, language: Language): void {
  c.set('language', language)
  c.set('words', wordsIn(language))
}

function chosen<Choice extends string>(
  c: Context<WebEnv>,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const cookie = `parley_${name}`
  const asked = choices.find(choice => choice === c.req.query(name))
  if (asked) {
    setCookie(c, cookie, asked, { path: '/', maxAge: yearS, sameSite: 'Lax', httpOnly: true })
    return asked
  }
  const kept = getCookie(c, cookie)
  return choices.find(choice => choice === kept)
}
