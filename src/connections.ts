import type { Config, DiscordConfig, ModelConfig, SlackConfig } from './config.ts'
import type { ServiceConfig, SignInConfig } from './sign-in-config.ts'

/** What this process connects to: a real service where it has a token, its stand-in where the sandbox is on. */
export interface Connections {
  readonly slack?: SlackConfig & { readonly practice: boolean }
  readonly discord?: DiscordConfig & { readonly practice: boolean }
  readonly model: ModelConfig & { readonly baseUrl: string; readonly practice: boolean }
  /** Real services, and the stand-ins of those platforms that are practice themselves. */
  readonly signIn: SignInConfig
}

/** How to reach the stand-ins. */
export interface StandIns {
  readonly slack: SlackConfig
  readonly discord: DiscordConfig
  readonly model: { readonly baseUrl: string; readonly name: string }
  readonly signIn: { readonly slack: ServiceConfig; readonly discord: ServiceConfig }
}

/** `standIns` has the platforms when the sandbox is on; the practice model is there whenever no real one is set. */
export function chooseConnections(config: Config, standIns: StandIns | undefined): Connections {
  const slack = config.slack ?? (config.sandbox.on ? standIns?.slack : undefined)
  const discord = config.discord ?? (config.sandbox.on ? standIns?.discord : undefined)
  return {
    ...(slack ? { slack: { ...slack, practice: !config.slack } } : {}),
    ...(discord ? { discord: { ...discord, practice: !config.discord } } : {}),
    model: modelConnection(config, standIns),
    signIn: {
      ...(slack && slack === standIns?.slack ? { slack: standIns.signIn.slack } : {}),
      ...(discord && discord === standIns?.discord ? { discord: standIns.signIn.discord } : {}),
      ...config.signIn,
    },
  }
}

/** Whether anything of the sandbox is needed: its platforms, or its model alone. */
export function needsSandbox(config: Config): boolean {
  return config.sandbox.on || config.model.baseUrl === undefined
}

function modelConnection({ model }: Config, standIns: StandIns | undefined): Connections['model'] {
  if (model.baseUrl !== undefined) return { ...model, baseUrl: model.baseUrl, practice: false }
  if (!standIns) throw new Error('There is neither a real model nor the practice model.')
  return { ...standIns.model, practice: true }
}

/** What a person at the terminal should know: where to go, and what is only practice. */
export function greeting(
  url: string,
  config: Config,
  { slack, discord, model }: Connections,
  setupLink?: string,
): readonly string[] {
  const say = (name: string, connection: { readonly practice: boolean } | undefined) =>
    connection &&
    `  ${name.padEnd(9)}${connection.practice ? 'practice, a stand-in on this machine' : 'connected with your token'}`
  const lines = [
    '',
    `  Parley is at ${url}`,
    config.sandbox.on ? `  Practice in ${url}/sandbox` : undefined,
    '',
    say('Slack', slack),
    say('Discord', discord),
    `  ${'Model'.padEnd(9)}${model.practice ? 'practice; set OPENAI_API_KEY for a real one' : `${model.name} at ${new URL(model.baseUrl).host}`}`,
    '',
    setupLink === undefined
      ? undefined
      : `  Nobody owns this Parley yet. Whoever opens this first, within a day, becomes its owner:\n  ${setupLink}\n`,
  ]
  return lines.filter(line => line !== undefined)
}
