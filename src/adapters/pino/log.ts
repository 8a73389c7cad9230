import { createRequire } from 'node:module'
import pino from 'pino'
import type * as pretty from 'pino-pretty'
import type { Log, LogFields } from '../../core/log.ts'

export interface LogOptions {
  readonly level: string
  /** Lines for a person at a terminal instead of JSON. */
  readonly pretty: boolean
  /** Masked wherever they turn up, however they got there. */
  readonly secrets: readonly string[]
  /** Where lines go; standard output unless told. */
  readonly write?: (line: string) => void
}

/** A Log over pino. Fields that the port does not name are dropped: text and tokens have nowhere to slip in. */
export function createLog(options: LogOptions): Log {
  const secrets = options.secrets.filter(secret => secret.length > 0)
  const mask = (line: string) =>
    secrets.reduce((masked, secret) => masked.replaceAll(secret, '[secret]'), line)
  const write = options.write ?? (line => void process.stdout.write(line))
  const dress = options.pretty ? dresser() : (line: string) => line
  const stream = { write: (line: string) => write(mask(dress(line))) }
  return overPino(
    pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream),
  )
}

/** Read only where a person watches. */
function dresser(): (line: string) => string {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof pretty
  return prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss' })
}

function overPino(logger: pino.Logger): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, line: string) => {
    if (logger.isLevelEnabled(level)) logger[level](allowed(fields), line)
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: fields => overPino(logger.child(allowed(fields))),
  }
}

const names: Record<keyof LogFields, true> = {
  platform: true,
  workspaceId: true,
  channelId: true,
  dialogueId: true,
  turnId: true,
  messageId: true,
  partId: true,
  jobId: true,
  jobKind: true,
  attempt: true,
  decision: true,
  reason: true,
  outcome: true,
  model: true,
  inputTokens: true,
  outputTokens: true,
  count: true,
  waitMs: true,
  durationMs: true,
  queuedMs: true,
  contextMs: true,
  firstTextMs: true,
  modelMs: true,
  showingMs: true,
  parts: true,
  method: true,
  code: true,
  status: true,
  address: true,
  component: true,
  signal: true,
  error: true,
}

function allowed(fields: LogFields): Record<string, unknown> {
  const kept = Object.entries(fields).filter(([name]) => Object.hasOwn(names, name))
  return Object.fromEntries(
    kept.map(([name, value]) => (name === 'error' ? [name, described(value)] : [name, value])),
  )
}

/** An error with its causes, and nothing else that hangs on it: SDKs attach requests, and with them headers. */
function described(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return String(thrown)
  const code = 'code' in thrown ? String(thrown.code) : undefined
  return {
    name: thrown.name,
    message: thrown.message,
    ...(code === undefined ? {} : { code }),
    ...(depth === 0 ? { stack: thrown.stack } : {}),
    ...(thrown.cause !== undefined && depth < 3 ? { cause: described(thrown.cause, depth + 1) } : {}),
  }
}
