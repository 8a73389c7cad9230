import type { Fault } from '../src/sandbox/faults.ts'

export type Platform = 'slack' | 'discord'

export interface Round {
  readonly seed: number
  /** How many things are asked. */
  readonly turns: number
  readonly kills: number
  readonly processes: number
  readonly engine: 'embedded' | 'postgres'
}

/** One thing that is done to Parley, this long after the one before it. */
export type Act = { readonly gapMs: number } & Deed

export type Deed =
  /** A person says something: the first word in a place opens its thread. */
  | {
      readonly do: 'say'
      readonly platform: Platform
      /** A thread of a channel, or of a person's direct messages, by a number of our own. */
      readonly place: number
      readonly person: number
      readonly question: number
      readonly direct: boolean
      readonly mention: boolean
    }
  | { readonly do: 'edit'; readonly question: number; readonly version: number }
  | { readonly do: 'remove'; readonly question: number }
  | { readonly do: 'stop'; readonly question: number }
  /** What Slack delivered last comes again. */
  | { readonly do: 'duplicate'; readonly count: number }
  | { readonly do: 'order'; readonly order: 'message-first' | 'mention-first' }
  | { readonly do: 'fault'; readonly on: Platform | 'model'; readonly fault: Fault }
  /** Every socket of a platform breaks, or is asked to come back as that platform asks for it. */
  | { readonly do: 'disturb'; readonly platform: Platform; readonly how: 'drop' | 'ask' | 'forget' }
  /** Connections to the platforms and the model stay, and nothing passes any more. */
  | { readonly do: 'freeze'; readonly forMs: number }
  | { readonly do: 'database'; readonly how: 'stop' | 'freeze' | 'crash'; readonly forMs: number }
  /** At a named step; or at once, and then `starting` even when it is only on its way up. */
  | {
      readonly do: 'kill'
      readonly victim: number
      readonly at?: KillPoint
      readonly starting?: boolean
    }
  /** SIGTERM: it hands over and ends by itself. */
  | { readonly do: 'leave'; readonly victim: number }
  /** The clock of one process is moved. */
  | { readonly do: 'clock'; readonly victim: number; readonly byMs: number }

export interface KillPoint {
  readonly step: string
  readonly platform: Platform
  readonly time: number
}
