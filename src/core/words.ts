import { type Language, languages } from './member.ts'
import { en, type Words } from './words/en.ts'
import { ko } from './words/ko.ts'

export type { Words } from './words/en.ts'

const byLanguage: Readonly<Record<Language, Words>> = { en, ko }

export function wordsIn(language: Language): Words {
  return byLanguage[language]
}

/** The first language of an Accept-Language header that Parley is written in; English without one. */
export function languageOf(header: string | undefined): Language {
  for (const range of (header ?? '').toLowerCase().split(',')) {
    const wanted = range.trim().split(/[-;]/)[0]
    const found = languages.find(language => language === wanted)
    if (found) return found
  }
  return 'en'
}
