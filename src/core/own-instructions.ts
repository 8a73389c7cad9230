import type { Agent } from './agent.ts'

/** The Agent with what its asker wants of every answer. */
export function withOwnInstructions(agent: Agent, instructions: string | undefined): Agent {
  const own = instructions?.trim()
  if (!own) return agent
  return {
    ...agent,
    instructions: `${agent.instructions}\n\nWho asks now wants this of every answer, as far as the above allows:\n${own}`,
  }
}
