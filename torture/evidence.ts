/**
 * What the checker looks at: what the outside saw and did, in order, and the tables as plain rows. Nothing here is a
 * type of Parley's: a checker that shared its words would share its mistakes.
 */
export type Platform = 'slack' | 'discord'

/** One line of the history; `atMs` is of a clock that all processes of the machine share and that never jumps. */
export type Entry = { readonly atMs: number } & Happening

export type Happening =
  | {
      readonly what: 'said'
      readonly platform: Platform
      readonly channelId: string
      readonly threadId?: string
      readonly messageId: string
      readonly personId: string
      readonly question: number
      /** Written to Parley itself, by name or directly: it has to be answered. */
      readonly addressed: boolean
      readonly direct: boolean
    }
  | { readonly what: 'edited'; readonly question: number; readonly version: number }
  | { readonly what: 'removed'; readonly question: number }
  | { readonly what: 'stop asked'; readonly question: number; readonly done: boolean }
  /** A session of Discord's gateway was told of a message, or, without one, began; with an open socket or for later. */
  | { readonly what: 'told'; readonly session: string; readonly isOpen: boolean; readonly messageId?: string }
  /** Slack handed an event over, and Parley said that it has it. */
  | { readonly what: 'acknowledged'; readonly channelId: string; readonly key: string }
  /** Slack tried to hand it over as often as it does, and nobody said that they have it. */
  | { readonly what: 'given up'; readonly channelId: string; readonly key: string }
  | {
      readonly what: 'called'
      readonly platform: Platform
      readonly method: string
      readonly outcome: string
    }
  | { readonly what: 'model asked'; readonly question: string }
  /** What the provider said that a request cost. */
  | {
      readonly what: 'model told'
      readonly question?: number
      readonly input: number
      readonly output: number
    }
  | {
      readonly what: 'step'
      readonly victim: number
      readonly step: string
      readonly turnId?: string
      readonly threadId?: string
      readonly detail?: string
    }
  | { readonly what: 'started' | 'up' | 'killed' | 'left'; readonly victim: number; readonly where?: string }
  /** It ended by itself, after it was up. */
  | { readonly what: 'broke'; readonly victim: number; readonly code: number }
  | { readonly what: 'trouble'; readonly kind: string; readonly forMs?: number }
  | { readonly what: 'quiet'; readonly waitedMs: number }

/** A message of Parley's, as people see it at the end. */
export interface Shown {
  readonly platform: Platform
  readonly channelId: string
  readonly threadId?: string
  readonly messageId: string
  readonly text: string
  readonly unfinished: boolean
}

export interface Ledger {
  readonly decisions: readonly {
    readonly platform: string
    readonly channel_id: string
    readonly key: string
    readonly kind: string
    readonly outcome: string | null
    readonly reason: string | null
    readonly message_id: string | null
    readonly turn_id: string | null
  }[]
  readonly dialogues: readonly {
    readonly id: string
    readonly platform: string
    readonly channel_id: string
    readonly thread_id: string
  }[]
  readonly messages: readonly {
    readonly id: string
    readonly dialogue_id: string
    readonly role: string
    readonly ref: string | null
    readonly text: string
    readonly redacted: boolean
  }[]
  readonly turns: readonly {
    readonly id: string
    readonly dialogue_id: string
    readonly sequence: number
    readonly state: string
    readonly answer_id: string
    readonly stop_reason: string | null
    readonly end_error: string | null
  }[]
  readonly asked: readonly { readonly turn_id: string; readonly message_id: string }[]
  readonly parts: readonly {
    readonly message_id: string
    readonly ordinal: number
    readonly state: string
    readonly ref: string | null
  }[]
  readonly jobs: readonly { readonly kind: string; readonly state: string }[]
  readonly live: readonly { readonly turn_id: string }[]
  readonly calls: readonly {
    readonly id: string
    readonly turn_id: string
    readonly purpose: string
    readonly error: string | null
    readonly input_tokens: number | null
    readonly output_tokens: number | null
  }[]
  readonly usages: readonly {
    readonly call_id: string
    readonly reservation_id: string
    readonly platform: string
    readonly workspace_id: string
    readonly requests: number
    readonly input_tokens: number
    readonly output_tokens: number
    readonly estimated: boolean
  }[]
  readonly reservations: readonly { readonly id: string; readonly state: string }[]
  readonly buckets: readonly {
    readonly subject: string
    readonly bucket: string
    readonly tokens_used: number
    readonly requests_used: number
    readonly requests_held: number
    readonly tokens_held: number
    readonly cost_held: number
  }[]
}

export interface Evidence {
  readonly history: readonly Entry[]
  readonly ledger: Ledger
  readonly shown: readonly Shown[]
}

/** A promise that was not kept, and what it was about. */
export interface Violation {
  readonly promise: string
  readonly what: string
  readonly question?: number
  readonly turnId?: string
}

export type Check = (evidence: Evidence) => readonly Violation[]
