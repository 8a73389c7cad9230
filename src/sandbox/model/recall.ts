import { brief, countOf, listOf, quote, shares } from './prose.ts'
import type { Utterance } from './utterance.ts'

/** What was said in the thread, as the model was given it, and the question to answer from it. */
export interface Hearing {
  readonly question: string
  readonly asker?: string
  /** Everything said before the question, the model's own answers included, oldest first. */
  readonly before: readonly Utterance[]
}

/** Answers a question about what was said from the messages given; `undefined` when it asks something else. */
export function recall(hearing: Hearing): string | undefined {
  const question = hearing.question.toLowerCase()
  const mine = hearing.before.filter(said => said.role === 'user' && said.speaker === hearing.asker)
  if (/\b(summari[sz]e|sum up|summary|tl;?dr)\b/.test(question)) return summarize(hearing.before)
  if (
    /what (did i say|was my) first|my first (message|question)|what did i say (at first|in the beginning)/.test(
      question,
    )
  ) {
    return cited('The first thing you said here', mine[0])
  }
  if (/what did i (just )?(say|ask)( last| before)?\b|my (last|previous) (message|question)/.test(question)) {
    return cited('Before this question you said', mine.at(-1))
  }
  if (/\b(who am i|what(’|'| i)s my name)\b/.test(question)) {
    return hearing.asker
      ? `You are **${hearing.asker}**; the message I was given says so.`
      : 'Your message came without a name.'
  }
  if (/\bwho\b.*\b(here|spoke|spoken|speaking|thread|said anything)\b/.test(question))
    return whoSpoke(hearing)
  if (/how many messages/.test(question)) return howMany(hearing)
  return whoSaid(hearing) ?? whatDidTheySay(hearing)
}

/** Something said earlier that shares a telling word with the question. */
export function related({ question, before }: Hearing): Utterance | undefined {
  const asked = tellingWords(question)
  let best: { readonly said: Utterance; readonly shared: number } | undefined
  for (const said of before) {
    if (said.role !== 'user') continue
    const shared = [...tellingWords(said.text)].filter(word => asked.has(word)).length
    if (shared > 0 && shared >= (best?.shared ?? 0)) best = { said, shared }
  }
  return best?.said
}

/** One line for each speaker's messages, and nothing added to them. */
export function summarize(said: readonly Utterance[]): string {
  const people = said.filter(({ role }) => role === 'user')
  if (people.length === 0) return 'Nothing was said before this, so there is nothing to summarize.'
  const bySpeaker = Map.groupBy(people, ({ speaker }) => speaker ?? 'You')
  const lines = [...bySpeaker].map(
    ([speaker, theirs]) =>
      `- **${speaker}**: ${theirs
        .slice(0, 6)
        .map(({ text }) => brief(text, 90))
        .join(' · ')}`,
  )
  return ['In short, from the messages I was given:', '', ...lines].join('\n')
}

function cited(lead: string, said: Utterance | undefined): string {
  return said ? `${lead}:\n\n${quote(said.text)}` : 'I was given no earlier message of yours.'
}

function whoSpoke({ before, asker }: Hearing): string {
  const names = new Set(before.map(({ speaker }) => speaker).filter(name => name !== undefined))
  if (asker) names.add(asker)
  return names.size > 0
    ? `In what I was given, ${listOf([...names])} spoke.`
    : 'The messages I was given carry no names.'
}

function howMany({ before, asker }: Hearing): string {
  const all = [...before, { role: 'user' as const, text: '', ...(asker ? { speaker: asker } : {}) }]
  return `I was given ${countOf(all.length, 'message')}: ${shares(all)}.`
}

function whoSaid({ question, before }: Hearing): string | undefined {
  const wanted = /\bwho (?:said|wrote|mentioned|asked)(?: about| for)? (.+?)[?!.\s]*$/i.exec(question)?.[1]
  if (!wanted) return undefined
  const needle = wanted.replace(/^["'“‘«`]|["'”’»`]$/g, '').toLowerCase()
  const found = before.filter(({ role, text }) => role === 'user' && text.toLowerCase().includes(needle))
  if (found.length === 0) return `Nobody said “${brief(needle, 60)}” in the messages I was given.`
  return found
    .slice(0, 5)
    .map(said => `**${said.speaker ?? 'You'}** said:\n\n${quote(said.text)}`)
    .join('\n\n')
}

function whatDidTheySay({ question, before }: Hearing): string | undefined {
  const name = /\bwhat did (.+?) (?:say|ask|write|want)\b/i.exec(question)?.[1]?.toLowerCase()
  if (!name) return undefined
  const theirs = before.filter(({ speaker }) => speaker?.toLowerCase() === name)
  const first = theirs[0]?.speaker
  if (!first) return undefined
  const wanted = /\bfirst\b/i.test(question) ? theirs.slice(0, 1) : theirs.slice(-5)
  return `**${first}** said:\n\n${wanted.map(({ text }) => quote(text)).join('\n\n')}`
}

const common = new Set(
  'about after again also been before could does from given have here into just like make more much only over said should show some tell than that them then there these they thing this those today very want were what when where which while will with would your'.split(
    ' ',
  ),
)

function tellingWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []
  return new Set(words.filter(word => !common.has(word)))
}
