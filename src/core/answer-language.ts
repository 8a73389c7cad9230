import type { Agent } from './agent.ts'
import type { Policy } from './policy.ts'

/** The Agent, told to answer in the language of the place, whatever the question is written in. */
export function inLanguage(agent: Agent, { language }: Pick<Policy, 'language'>): Agent {
  if (language === undefined) return agent
  const name = new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language
  return {
    ...agent,
    instructions: `${agent.instructions}\n\nAnswer in ${name}, whatever language is asked in.`,
  }
}
