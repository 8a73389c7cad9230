import type { Words } from '../../core/words.ts'

/** What names itself first counts: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari. */
const browsers = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/KAKAOTALK/, 'KakaoTalk'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
] as const

const systems = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
] as const

/** A device as its owner would call it. */
export function deviceName(words: Words, userAgent: string | undefined): string {
  const [browser, system] = [browsers, systems].map(
    kinds => kinds.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1],
  )
  if (browser && system) return words.profile.on(browser, system)
  return browser ?? system ?? words.profile.unknownDevice
}
