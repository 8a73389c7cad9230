import type { AgentChoice, Agents } from './agent.ts'
import { sentences } from './catalogue.ts'
import type { Identity } from './identity.ts'
import type { InboundCommand } from './inbound.ts'
import type { Stores } from './store.ts'

/** Who may be chosen, read within a transaction. */
export type AgentsOf = (stores: Stores) => Agents

/** What leaves it to the place again, in the languages that Parley speaks. */
const usualWords: ReadonlySet<string> = new Set(['usual', 'default', '기본'])

/** A command that names an Agent, or none to be told which there are. Gives the reply to the one who typed it. */
export async function chooseAgent(
  stores: Stores,
  agents: Agents,
  { thread, by, text, inThread }: InboundCommand,
): Promise<string> {
  const person = await stores.identities.meet(by)
  const dialogue = inThread ? await stores.dialogues.find(thread) : undefined
  const choices = await agents.choices(thread, person)
  const name = text.trim()
  if (name === '') {
    const current = await agents.forAnswer(dialogue ?? { thread }, person)
    return sentences.agent.choices(
      choices.agents.map(agent => ({
        name: agent.name,
        about: agent.description,
        current: agent.id === current.id,
      })),
    )
  }
  if (usualWords.has(name.toLowerCase())) {
    if (dialogue) await stores.dialogues.change(dialogue.id, { agent: null })
    else await wish(stores, person, undefined)
    return dialogue ? sentences.agent.usualHere : sentences.agent.usual
  }
  const chosen = findAgent(choices.agents, name)
  if (!chosen) {
    const names = choices.agents.map(agent => agent.name)
    return sentences.agent.unknown(name, names)
  }
  if (dialogue) await stores.dialogues.change(dialogue.id, { agent: chosen.id })
  else await wish(stores, person, chosen.id)
  return dialogue ? sentences.agent.chosenHere(chosen.name) : sentences.agent.chosen(chosen.name)
}

/** By id, else by name without regard to case. */
export function findAgent(agents: readonly AgentChoice[], word: string): AgentChoice | undefined {
  const wanted = word.toLocaleLowerCase()
  return (
    agents.find(({ id }) => id === word) ?? agents.find(({ name }) => name.toLocaleLowerCase() === wanted)
  )
}

/** Keeps whom a person wants to be answered by: in their Member's settings, or with the account of who has none. */
export async function wish(stores: Stores, person: Identity, agentId: string | undefined): Promise<void> {
  const owner = await stores.members.ofIdentity(person.id)
  if (!owner) return stores.agentWishes.set(person.id, agentId)
  const { settings } = await stores.members.lock(owner.id)
  const { agent: _before, ...rest } = settings
  await stores.members.change(owner.id, {
    settings: { ...rest, ...(agentId === undefined ? {} : { agent: agentId }) },
  })
}
