import type { Agent, Agents } from './agent.ts'
import type { Identity } from './identity.ts'
import type { Stores } from './store.ts'

/** The same Agent for everybody; what an asker wants of every answer stands after its own instructions. */
export function oneAgent({ members }: Pick<Stores, 'members'>, agent: Agent): Agents {
  const forAsker = async (asker: Identity) =>
    withOwnInstructions(agent, (await members.ofIdentity(asker.id))?.settings.instructions)
  return {
    forAnswer: (_dialogue, asker) => forAsker(asker),
    byId: async (id, _dialogue, asker) => (id === agent.id ? forAsker(asker) : undefined),
    choices: () =>
      Promise.resolve({
        agents: [
          { id: agent.id, name: agent.name, description: '', guided: (agent.questions ?? []).length > 0 },
        ],
        usual: agent.id,
      }),
  }
}

/** The Agent with what its asker wants of every answer. */
export function withOwnInstructions(agent: Agent, instructions: string | undefined): Agent {
  const own = instructions?.trim()
  if (!own) return agent
  return {
    ...agent,
    instructions: `${agent.instructions}\n\nWho asks now wants this of every answer, as far as the above allows:\n${own}`,
  }
}
