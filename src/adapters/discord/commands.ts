import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js'
import { toPlatformError } from './errors.ts'
import type { DiscordRest } from './rest.ts'

/** Longest question: what a string option can hold. */
const maxQuestionLength = 6_000

const everywhere: Pick<
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  'type' | 'contexts' | 'integration_types'
> = {
  type: ApplicationCommandType.ChatInput,
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
  integration_types: [ApplicationIntegrationType.GuildInstall],
}

/** The slash commands, as Discord lists them to people. */
export const commands: RESTPutAPIApplicationCommandsJSONBody = [
  {
    ...everywhere,
    name: 'ask',
    description: 'Ask Parley; the answer opens a thread',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'question',
        description: 'What you want to know',
        required: true,
        max_length: maxQuestionLength,
      },
    ],
  },
  { ...everywhere, name: 'stop', description: 'Stop the answer that is being written here' },
  { ...everywhere, name: 'why', description: 'Why did Parley answer, or not?' },
  {
    ...everywhere,
    name: 'agent',
    description: 'Choose who answers: here in a thread, elsewhere wherever you ask',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'name',
        description: 'The agent’s name, or usual; leave it out to see who there is',
        max_length: 100,
      },
    ],
  },
  { ...everywhere, name: 'quiet', description: 'Keep quiet in this thread until somebody mentions Parley' },
  { ...everywhere, name: 'speak', description: 'Answer in this thread as usual again' },
  { ...everywhere, name: 'quota', description: 'What you used, and what is left for you here' },
  {
    ...everywhere,
    name: 'settings',
    description: 'How this server stands, and where it is managed',
    contexts: [InteractionContextType.Guild],
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  },
  { ...everywhere, name: 'link', description: 'Link this account to yours on the web' },
  { ...everywhere, name: 'unlink', description: 'Unlink this account from yours on the web' },
  { ...everywhere, name: 'more', description: 'Ask an admin for more when a limit is used up' },
  { ...everywhere, name: 'help', description: 'What Parley does and how to talk with it' },
]

/** Registers the commands when Discord has others: creating them is limited to 200 a day. */
export async function registerCommands(rest: DiscordRest, applicationId: string): Promise<void> {
  const registered = await rest.get<readonly RegisteredCommand[]>(Routes.applicationCommands(applicationId))
  if (sameCommands(registered)) return
  try {
    await rest.raw.put(Routes.applicationCommands(applicationId), { body: commands })
  } catch (thrown) {
    throw toPlatformError(thrown)
  }
}

interface RegisteredCommand {
  readonly name: string
  readonly description?: string
  readonly options?: readonly { readonly name: string; readonly description: string }[]
}

function sameCommands(registered: readonly RegisteredCommand[]): boolean {
  const essence = (command: RegisteredCommand) =>
    JSON.stringify([
      command.name,
      command.description,
      command.options?.map(({ name, description }) => [name, description]) ?? [],
    ])
  const have = registered.map(essence).toSorted()
  const want = (commands as readonly RegisteredCommand[]).map(essence).toSorted()
  return have.length === want.length && have.every((command, index) => command === want[index])
}
