import { resolve } from 'node:path'
import { z } from 'zod'
import { type AccountConfig, accountVariables, toAccountConfig } from './account-config.ts'
import { type SignInConfig, signInConfig, signInProblems, signInVariables } from './sign-in-config.ts'

/** What this process was told to be, parsed once. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  readonly dataDir: string
  readonly databaseUrl?: string
  readonly model: ModelConfig
  readonly accounts: AccountConfig
  /** Hosts that the relay's headers may name. */
  readonly relayEndpoints: readonly string[]
  readonly slack?: SlackConfig
  readonly discord?: DiscordConfig
  readonly signIn: SignInConfig
  readonly sandbox: { readonly on: boolean; readonly port?: number }
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
}

export interface ModelConfig {
  readonly apiKey?: string
  /** Absent when the practice model answers. */
  readonly baseUrl?: string
  readonly name: string
  readonly proxyUrl?: string
}

export interface SlackConfig {
  readonly botToken: string
  readonly appToken?: string
  readonly signingSecret?: string
  readonly apiUrl: string
}

export interface DiscordConfig {
  readonly token: string
  readonly apiUrl: string
}

/** Every problem of a configuration at once, one line each, naming its variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const text = z.string().trim()
const port = text
  .regex(/^\d+$/, 'must be a port number')
  .transform(Number)
  .refine(isPort, 'must be between 0 and 65535')
const url = (...protocols: readonly string[]) =>
  text.refine(value => hasProtocol(value, protocols), `must be a URL starting with ${protocols.join(' or ')}`)
const webUrl = url('http://', 'https://')
const token = (prefix: string) =>
  text.refine(
    value => value.startsWith(prefix) && value.length >= prefix.length + 8,
    `must be a token that starts with ${prefix}`,
  )

const hosts = text
  .default('')
  .transform(value =>
    value
      .split(',')
      .map(entry => entry.trim())
      .filter(entry => entry !== ''),
  )
  .refine(
    entries => entries.every(entry => /^(\[[\da-f:.]+\]|[^\s:/@[\]]+)(:\d{1,5})?$/i.test(entry)),
    'must be hosts such as models.example or 127.0.0.1:11434, separated by commas',
  )

const environment = z.object({
  HOST: text.min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: webUrl.optional(),
  DATA_DIR: text.default('./data'),
  DATABASE_URL: url('postgres://', 'postgresql://').optional(),
  ...accountVariables,
  RELAY_ALLOWED_ENDPOINTS: hosts,
  OPENAI_API_KEY: text.optional(),
  OPENAI_BASE_URL: webUrl.optional(),
  OPENAI_MODEL: text.optional(),
  OPENAI_PROXY_URL: webUrl.optional(),
  HTTPS_PROXY: webUrl.optional(),
  SLACK_BOT_TOKEN: token('xoxb-').optional(),
  SLACK_APP_TOKEN: token('xapp-').optional(),
  SLACK_SIGNING_SECRET: text.min(16, 'is too short').optional(),
  SLACK_API_URL: webUrl.default('https://slack.com/api/'),
  DISCORD_TOKEN: text
    .regex(/^[\w-]{8,}\.[\w-]{4,}\.[\w-]{8,}$/, 'must be a bot token: three parts joined by dots')
    .optional(),
  DISCORD_API_URL: webUrl.default('https://discord.com/api'),
  ...signInVariables(webUrl),
  SANDBOX: z.enum(['auto', 'on', 'off'], 'must be auto, on or off').default('auto'),
  SANDBOX_PORT: port.optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
})

type Environment = z.infer<typeof environment>

/** The name of everything that can be set. */
export const variableNames: readonly string[] = Object.keys(environment.shape)

/**
 * Parses the environment; an empty variable counts as absent. Throws ConfigError with every problem it finds. Only who
 * serves people needs a key to sign with.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  { serves = true }: { readonly serves?: boolean } = {},
): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = environment.safeParse(given)
  const problems = parsed.success
    ? contradictions(parsed.data, serves)
    : parsed.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}.`)
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return toConfig(parsed.data)
}

function contradictions(env: Environment, serves: boolean): string[] {
  const problems: string[] = []
  if (serves && env.DATABASE_URL && !env.SECRET_KEY) {
    problems.push(
      'SECRET_KEY is needed with DATABASE_URL: at least 32 random bytes, the same for every process, such as openssl rand -base64 48 makes.',
    )
  }
  if (env.SLACK_BOT_TOKEN && !env.SLACK_APP_TOKEN && !env.SLACK_SIGNING_SECRET) {
    problems.push(
      'SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) beside it.',
    )
  }
  if (!env.SLACK_BOT_TOKEN && (env.SLACK_APP_TOKEN || env.SLACK_SIGNING_SECRET)) {
    problems.push('SLACK_BOT_TOKEN is missing, though other Slack variables are set.')
  }
  if (env.OPENAI_BASE_URL && !env.OPENAI_MODEL) problems.push('OPENAI_MODEL is needed with OPENAI_BASE_URL.')
  return [...problems, ...signInProblems(env)]
}

function toConfig(env: Environment): Config {
  const slack = slackConfig(env)
  const discord = env.DISCORD_TOKEN
    ? { token: env.DISCORD_TOKEN, apiUrl: trimSlash(env.DISCORD_API_URL) }
    : undefined
  const publicUrl = trimSlash(
    env.PUBLIC_URL ?? `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST}:${env.PORT}`,
  )
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl,
    dataDir: resolve(env.DATA_DIR),
    ...(env.DATABASE_URL ? { databaseUrl: env.DATABASE_URL } : {}),
    model: modelConfig(env),
    accounts: toAccountConfig(env, publicUrl),
    relayEndpoints: env.RELAY_ALLOWED_ENDPOINTS,
    ...(slack ? { slack } : {}),
    ...(discord ? { discord } : {}),
    signIn: signInConfig(env),
    sandbox: {
      on: env.SANDBOX === 'on' || (env.SANDBOX === 'auto' && !slack && !discord),
      ...(env.SANDBOX_PORT === undefined ? {} : { port: env.SANDBOX_PORT }),
    },
    logLevel: env.LOG_LEVEL,
  }
}

function modelConfig(env: Environment): ModelConfig {
  if (!env.OPENAI_API_KEY && !env.OPENAI_BASE_URL) return { name: 'parley-practice' }
  const baseUrl = trimSlash(env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1')
  // HTTPS_PROXY is for the whole machine and for https: a model on this machine is not behind it.
  const proxyUrl = env.OPENAI_PROXY_URL ?? (baseUrl.startsWith('https:') ? env.HTTPS_PROXY : undefined)
  return {
    baseUrl,
    name: env.OPENAI_MODEL ?? 'gpt-4.1-mini',
    ...(env.OPENAI_API_KEY ? { apiKey: env.OPENAI_API_KEY } : {}),
    ...(proxyUrl ? { proxyUrl } : {}),
  }
}

function slackConfig(env: Environment): SlackConfig | undefined {
  if (!env.SLACK_BOT_TOKEN) return undefined
  return {
    botToken: env.SLACK_BOT_TOKEN,
    apiUrl: `${trimSlash(env.SLACK_API_URL)}/`,
    ...(env.SLACK_APP_TOKEN ? { appToken: env.SLACK_APP_TOKEN } : {}),
    ...(env.SLACK_SIGNING_SECRET ? { signingSecret: env.SLACK_SIGNING_SECRET } : {}),
  }
}

function trimSlash(value: string): string {
  return value.replace(/\/+$/, '')
}

function isPort(value: number): boolean {
  return value <= 65_535
}

function hasProtocol(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.some(protocol => value.startsWith(protocol))
}
