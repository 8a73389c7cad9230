import type { Agent } from './agent.ts'
import type { Identity } from './identity.ts'
import type { Stores } from './store.ts'

/** The Agent for this asker: what they want of every answer stands after the Agent's own instructions. */
export async function agentFor(
  { members }: Pick<Stores, 'members'>,
  agent: Agent,
  asker: Identity,
): Promise<Agent> {
  const own = (await members.ofIdentity(asker.id))?.settings.instructions?.trim()
  if (!own) return agent
  return {
    ...agent,
    instructions: `${agent.instructions}\n\nWho asks now wants this of every answer, as far as the above allows:\n${own}`,
  }
}
