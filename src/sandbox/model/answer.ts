import type { ChatMessage } from './chat-request.ts'
import { cell, countOf, quote, shares } from './prose.ts'
import { type Hearing, recall, related } from './recall.ts'
import { codeSample, failSample, longSample, paragraphs, slowSample, tableSample } from './samples.ts'
import { type Utterance, utterancesIn } from './utterance.ts'

export interface PracticeAnswer {
  readonly text: string
  /** How many times slower than usual it is written. */
  readonly slowness: number
  /** The answer breaks off with an error after its text. */
  readonly fails: boolean
}

/** More than this is not written, whatever length is asked for. */
const maxLength = 60_000

/** What the practice model says to these messages: always the same to the same. */
export function answerTo(messages: readonly ChatMessage[]): PracticeAnswer {
  const said = utterancesIn(messages)
  const instructions = messages[0]?.role === 'system' ? messages[0].content : ''
  const whole = (text: string): PracticeAnswer => ({ text, slowness: 1, fails: false })
  if (/summary/i.test(instructions.split('\n')[0] ?? '')) return whole(terseSummary(said))

  const heard = said.filter(({ role }) => role !== 'system')
  const last = heard.at(-1)
  if (last?.role !== 'user') return whole('There is no question for me in what I was given.')
  const question = withoutMention(last.text)
  const hearing: Hearing = {
    question,
    before: heard.slice(0, -1),
    ...(last.speaker ? { asker: last.speaker } : {}),
  }
  if (/^(please )?fail( now| please)?[.!]*$/i.test(question))
    return { text: failSample, slowness: 1, fails: true }
  if (/^(please )?(be |go |answer |write )?(very )?slow(ly)?\b/i.test(question)) {
    return { text: slowSample, slowness: 10, fails: false }
  }
  return whole(sampleFor(question) ?? shown(question, said) ?? recall(hearing) ?? plain(hearing))
}

/** Platforms and people write the mention in different ways; all stand at the start, or alone. */
function withoutMention(text: string): string {
  return text.replace(/^(\s*(<@[^>]+>|@\S+))+[\s,:]*/, '').trim()
}

function sampleFor(question: string): string | undefined {
  const asked = /([\d][\d,.']*)\s*(k\b|thousand)?\s*(characters|chars|letters|paragraphs)/i.exec(question)
  if (asked) {
    const number = Number(asked[1]?.replace(/\D/g, '')) * (asked[2] ? 1_000 : 1)
    const isLength = !/^paragraphs$/i.test(asked[3] ?? '')
    return isLength ? longSample(Math.min(number, maxLength)) : paragraphs(Math.min(Math.max(number, 1), 150))
  }
  if (/\blong (answer|text|reply)\b/i.test(question)) return longSample(6_000)
  const isShort = question.split(/\s+/).length <= 6
  if (isShort && /\btable\b/i.test(question)) return tableSample
  if (isShort && /\bcode\b/i.test(question)) return codeSample
  return undefined
}

function shown(question: string, said: readonly Utterance[]): string | undefined {
  const asks =
    /what (did|do|can) you (see|get)|(which|what) messages (were you|did you|do you|are you|you were)|show (me )?(the |your |all )?messages/i
  if (!asks.test(question)) return undefined
  const rows = said.map(
    ({ role, speaker, text }, index) =>
      `| ${index + 1} | ${role} | ${speaker ? cell(speaker) : '–'} | ${cell(text)} |`,
  )
  return [
    `I was given exactly ${countOf(said.length, 'message')}:`,
    '',
    '| # | Role | Speaker | First 80 characters |',
    '| ---: | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function terseSummary(said: readonly Utterance[]): string {
  const people = said.filter(({ role }) => role !== 'system')
  return people
    .slice(-40)
    .map(({ role, speaker, text }) => {
      const who = speaker ?? (role === 'assistant' ? 'Parley' : 'Someone')
      return `${who}: ${text.replace(/\s+/g, ' ').slice(0, 80)}`
    })
    .join('\n')
}

function plain(hearing: Hearing): string {
  const { asker, before, question } = hearing
  const now: Utterance = { role: 'user', text: question, ...(asker ? { speaker: asker } : {}) }
  const all = [...before, now]
  const earlier = related(hearing)
  const isFirst = before.length === 0
  const parts = [
    isFirst
      ? `${asker ? `Hello ${asker}. ` : ''}I am the practice model, so I only know this thread and cannot look anything up.`
      : 'I am the practice model, so I only know this thread.',
    `I was given ${countOf(all.length, 'message')}: ${shares(all)}. ${asker ?? 'You'} asked last:`,
    quote(question),
    ...(earlier
      ? [`This may belong to it; ${earlier.speaker ?? 'you'} said earlier:`, quote(earlier.text)]
      : []),
    ...(isFirst
      ? [
          'To see that I follow a thread, ask me next *what did I say first?* or *which messages were you given?* Other words to try: *long answer*, *table*, *slow*, *fail*.',
        ]
      : []),
  ]
  return parts.join('\n\n')
}
