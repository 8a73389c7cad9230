import { parley } from '../cast.ts'
import type { StoredCommand } from './entry.ts'
import { isJson, readForm } from './form.ts'
import type { Json } from './form.ts'
import type { World } from './world.ts'

/** Replaces all commands of a scope ('global' or a guild's id); a name keeps its id. */
export function setCommands(
  world: World,
  scope: string,
  bodies: readonly unknown[],
): readonly StoredCommand[] {
  const before = world.state.commands.get(scope) ?? []
  const commands = bodies.map((body, index): StoredCommand => {
    const form = readForm(body, [String(index)])
    const name = form.text('name', { min: 1, max: 32 }) ?? ''
    form.text('description', { max: 100 })
    form.list('options', 25)
    return {
      id: before.find(command => command.name === name)?.id ?? world.nextId(),
      version: world.nextId(),
      guildId: scope === 'global' ? undefined : scope,
      name,
      body: form.json,
    }
  })
  world.record({ type: 'commands', scope, commands })
  return commands
}

export function toCommand({ id, version, guildId, body }: StoredCommand): Json {
  return {
    type: 1,
    nsfw: false,
    options: [],
    description: '',
    default_member_permissions: null,
    ...(guildId === undefined && { contexts: null, integration_types: [0] }),
    ...body,
    id,
    version,
    application_id: parley.discord.applicationId,
    ...(guildId !== undefined && { guild_id: guildId }),
  }
}

/** Slash commands, those of the guild before global ones of the same name. */
export function slashCommands({ state }: World): StoredCommand[] {
  const all = [parley.discord.guildId, 'global'].flatMap(scope => state.commands.get(scope) ?? [])
  return all.filter(
    (command, index) =>
      (command.body['type'] ?? 1) === 1 && all.findIndex(({ name }) => name === command.name) === index,
  )
}

/** The command a person can use here by this name; a direct message knows no guild's commands. */
export function findSlashCommand(world: World, name: string, direct: boolean): StoredCommand | undefined {
  return slashCommands(world).find(command => {
    const contexts = command.body['contexts']
    const allowed = !Array.isArray(contexts) || contexts.includes(direct ? 1 : 0)
    return command.name === name && allowed && !(direct && command.guildId !== undefined)
  })
}

/** What Discord's client shows of a command's options: `<prompt> [private]`. */
export function hintOf({ body }: StoredCommand): string {
  return optionsOf(body)
    .map(({ name, required }) => (required === true ? `<${String(name)}>` : `[${String(name)}]`))
    .join(' ')
}

export type Typed =
  | { readonly options: readonly Json[] }
  /** The required option that was left out. */
  | { readonly missing: string }

const subcommand = 1
const subcommandGroup = 2
const text = 3

/**
 * Reads what was typed after a command as its options: the first word picks a subcommand where there are any,
 * `name:value` fills the option of that name, and all the rest is the first string option's.
 */
export function readTyped(body: Json, typed: string): Typed {
  const options = optionsOf(body)
  const branches = options.filter(({ type }) => type === subcommand || type === subcommandGroup)
  if (branches.length > 0) return readBranch(branches, typed)
  const names = options.map(({ name }) => String(name)).join('|')
  const [rest = '', ...named] = names === '' ? [typed] : typed.split(new RegExp(`(?:^|\\s)(${names}):`))
  const values = new Map<string, string>()
  for (let at = 0; at < named.length; at += 2) values.set(named[at] ?? '', (named[at + 1] ?? '').trim())
  const first = options.find(({ type }) => type === text)
  if (first && rest.trim() !== '') values.set(String(first['name']), rest.trim())
  const missing = options.find(({ name, required }) => required === true && !values.has(String(name)))
  if (missing) return { missing: String(missing['name']) }
  return {
    options: options.flatMap(({ name, type }) => {
      const value = values.get(String(name))
      return value === undefined ? [] : [{ name, type, value: convert(Number(type), value) }]
    }),
  }
}

function readBranch(branches: readonly Json[], typed: string): Typed {
  const [, word = '', rest = ''] = /^(\S*)\s*([^]*)$/.exec(typed.trim()) ?? []
  const branch = branches.find(({ name }) => name === word)
  if (!branch) return { missing: branches.map(({ name }) => String(name)).join(' or ') }
  const inner = readTyped(branch, rest)
  if ('missing' in inner) return inner
  return { options: [{ name: branch['name'], type: branch['type'], options: inner.options }] }
}

/** Option types 4 and 10 are numbers, 5 is a boolean; everything else travels as text. */
function convert(type: number, value: string): unknown {
  if (type === 4 || type === 10) return Number(value)
  return type === 5 ? value.toLowerCase() === 'true' : value
}

function optionsOf(body: Json): readonly Json[] {
  return Array.isArray(body['options']) ? body['options'].filter(isJson) : []
}
