import type { Agent, Agents } from './agent.ts'
import type { Identity } from './identity.ts'
import type { Stores } from './store.ts'

/** The same Agent for everybody; what an asker wants of every answer stands after its own instructions. */
export function oneAgent({ members }: Pick<Stores, 'members'>, agent: Agent): Agents {
  return { forAnswer: (_dialogue, asker) => agentFor(members, agent, asker) }
}

async function agentFor(members: Stores['members'], agent: Agent, asker: Identity): Promise<Agent> {
  const own = (await members.ofIdentity(asker.id))?.settings.instructions?.trim()
  if (!own) return agent
  return {
    ...agent,
    instructions: `${agent.instructions}\n\nWho asks now wants this of every answer, as far as the above allows:\n${own}`,
  }
}
