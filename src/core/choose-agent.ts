import {
  type Agent,
  type AgentChoice,
  type AgentChoices,
  type Agents,
  builtInAgent,
  builtInAgentId,
  envelopeInstructions,
  usualManner,
} from './agent.ts'
import { knowledgeTokens, toKnowledge } from './agent-definition.ts'
import { type AgentPlace, choosableOn, type PlacePath, usualOn } from './agent-place.ts'
import { fillIn, variablesIn } from './agent-variables.ts'
import type { Clock } from './clock.ts'
import type { Identity } from './identity.ts'
import type { AgentVersion, KeptAgent } from './kept-agent.ts'
import type { Member } from './member.ts'
import { withOwnInstructions } from './own-instructions.ts'
import type { Stores } from './store.ts'
import type { Place } from './thread.ts'
import { countTokens } from './tokens.ts'

export interface AgentDependencies {
  readonly store: Pick<Stores, 'members' | 'keptAgents' | 'agentPlaces' | 'agentWishes'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** The installation's usual one. */
  readonly model: string
}

/** The Agents that people made, and the built-in one. */
export function createAgents(deps: AgentDependencies): Agents {
  return {
    async forAnswer({ thread, agent: wanted }, asker) {
      const scene = await sceneOf(deps, thread, asker)
      const allowed = choosableOn(scene.path.said, scene.offered)
      const wishes = [wanted, await wishOf(deps, scene, asker)]
      const id = wishes.find(wish => wish !== undefined && allowed.has(wish))
      return whole(deps, scene, id ?? usualOn(scene.path.said, scene.offered))
    },
    async byId(id, { thread }, asker) {
      const scene = await sceneOf(deps, thread, asker)
      const isKnown = id === builtInAgentId || scene.offered.some(agent => agent.id === id)
      return isKnown ? whole(deps, scene, id) : undefined
    },
    choices: (place, asker) => choices(deps, place, asker),
  }
}

/** An Agent as it would answer in a place if this were published: for trying it. */
export async function asAnswering(
  deps: AgentDependencies,
  kept: Pick<KeptAgent, 'id' | 'draft'>,
  place: Place,
  asker: Identity,
): Promise<Agent> {
  const scene = await sceneOf(deps, place, asker)
  return dressed(deps, scene, kept.id, { definition: kept.draft })
}

/** All that decides who answers, read once. */
interface Scene {
  readonly path: PlacePath
  readonly offered: readonly AgentChoice[]
  readonly asker: Identity | undefined
  readonly member: Member | undefined
}

async function sceneOf(
  { store }: AgentDependencies,
  place: Place,
  asker: Identity | undefined,
): Promise<Scene> {
  const path = await store.agentPlaces.onPath(place)
  const offered = await store.keptAgents.offered(place)
  const member = asker && (await store.members.ofIdentity(asker.id))
  return { path, offered, asker, member }
}

async function wishOf({ store }: AgentDependencies, { member }: Scene, asker: Identity) {
  return member ? member.settings.agent : store.agentWishes.of(asker.id)
}

async function choices(deps: AgentDependencies, place: Place, asker?: Identity): Promise<AgentChoices> {
  const scene = await sceneOf(deps, place, asker)
  const { path, offered } = scene
  const allowed = choosableOn(path.said, offered)
  const { id, name } = builtInAgent(deps.model)
  const all = [{ id, name, description: '', guided: false }, ...offered]
  const agents = all.filter(agent => allowed.has(agent.id))
  const wish = asker && (await wishOf(deps, scene, asker))
  return {
    agents,
    usual: usualOn(path.said, offered),
    ...(wish !== undefined && allowed.has(wish) ? { chosen: wish } : {}),
  }
}

async function whole(deps: AgentDependencies, scene: Scene, id: string): Promise<Agent> {
  const version = id === builtInAgentId ? undefined : await deps.store.keptAgents.answering(id)
  return dressed(deps, scene, version ? id : builtInAgentId, version)
}

type Version = Pick<AgentVersion, 'definition'> & Partial<Pick<AgentVersion, 'version'>>

/** With instructions that are whole: its own or the place's, the rules of envelopes, what it knows, notes, wishes. */
function dressed(deps: AgentDependencies, scene: Scene, id: string, version: Version | undefined): Agent {
  const { said } = scene.path
  const bare = version ? fromDefinition(deps.model, id, version) : builtInAgent(deps.model)
  const own = version?.definition.instructions.trim() || instructionsOf(said)
  const written =
    own === undefined ? bare.instructions : `${filled(deps, scene, own)}\n\n${envelopeInstructions}`
  const knowledge = version?.definition.knowledge ?? []
  const notes = notesOn(said)
  const agent = {
    ...bare,
    instructions: [
      written,
      ...(knowledge.length === 0 ? [] : [toKnowledge(knowledge)]),
      ...(notes === '' ? [] : [notes]),
    ].join('\n\n'),
    carries: { notes: notes === '' ? 0 : countTokens(notes), knowledge: knowledgeTokens(knowledge) },
  }
  return withOwnInstructions(agent, scene.member?.settings.instructions)
}

function fromDefinition(usualModel: string, id: string, { definition, version }: Version): Agent {
  const { name, model = usualModel, temperature, topP, stop, exchanges, questions } = definition
  return {
    id,
    name,
    model,
    instructions: [
      `You are ${name}, a teammate who answers in the thread where people talk.`,
      envelopeInstructions,
      usualManner,
    ].join('\n'),
    maxTokens: definition.maxTokens,
    contextTokens: definition.contextTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(exchanges === undefined ? {} : { exchanges }),
    ...(questions.length === 0 ? {} : { questions }),
    ...(version === undefined ? {} : { version }),
  }
}

function instructionsOf(said: readonly AgentPlace[]): string | undefined {
  return said.findLast(({ instructions }) => instructions !== undefined)?.instructions
}

/** Notes of every place on the path, those of the widest first. */
export function notesOn(said: readonly AgentPlace[]): string {
  const notes = said.flatMap(({ notes: text }) => (text === undefined ? [] : [text.trim()]))
  if (notes.length === 0) return ''
  return ['Notes of the people you work for, which hold for every answer here:', ...notes].join('\n\n')
}

function filled({ clock }: AgentDependencies, { path, asker, member }: Scene, text: string): string {
  if (variablesIn(text).size === 0) return text
  return fillIn(text, {
    workspace: path.workspaceName ?? 'this workspace',
    channel: path.channelName ?? 'this channel',
    person: asker?.name ?? member?.nickname ?? 'who asks',
    date: dateIn(clock.nowMs(), member?.settings.timeZone),
  })
}

/** The day in the asker's zone, as in `Saturday, 2026-11-21`. */
function dateIn(atMs: number, timeZone = 'UTC'): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(atMs)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(one => one.type === type)?.value ?? ''
  return `${part('weekday')}, ${part('year')}-${part('month')}-${part('day')}`
}
