/** Structured logging. Fields are allow-listed by name where the log is made: message text and secrets have no field. */
export interface Log {
  debug(fields: LogFields, line: string): void
  info(fields: LogFields, line: string): void
  warn(fields: LogFields, line: string): void
  error(fields: LogFields, line: string): void
  /** A log that adds `fields` to every line. */
  with(fields: LogFields): Log
}

export interface LogFields {
  readonly platform?: string
  readonly workspaceId?: string
  readonly channelId?: string
  readonly dialogueId?: string
  readonly turnId?: string
  readonly messageId?: string
  readonly partId?: string
  readonly jobId?: string
  readonly jobKind?: string
  readonly attempt?: number
  readonly decision?: string
  readonly reason?: string
  readonly outcome?: string
  readonly model?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly count?: number
  readonly waitMs?: number
  readonly durationMs?: number
  readonly queuedMs?: number
  readonly contextMs?: number | undefined
  readonly firstTextMs?: number | undefined
  readonly modelMs?: number | undefined
  readonly showingMs?: number | undefined
  readonly parts?: number
  readonly method?: string
  readonly code?: string
  readonly status?: number
  readonly address?: string
  readonly component?: string
  readonly signal?: string
  readonly error?: unknown
}
