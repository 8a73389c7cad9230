import type { Dialogue } from './dialogue.ts'
import type { DeliveryHint } from './inbound.ts'
import type { Home } from './home.ts'
import type { Author, Identity } from './identity.ts'
import type { PartLedger } from './part.ts'
import type { Place, Platform, ThreadRef } from './thread.ts'

/** An answer as it stands: adapters show the newest one and may skip any before it. */
export interface Snapshot {
  /** The model's Markdown so far. */
  readonly text: string
  readonly state: 'thinking' | 'streaming' | 'done' | 'failed' | 'stopped'
  /** A sentence of Parley's own after the text, such as why it stops here. */
  readonly notice?: string
}

/** An answer being shown in its thread. */
export interface Rendering {
  /** Shows this soon, paced by the platform's limits; a later snapshot replaces one not shown yet. Never throws. */
  show(snapshot: Snapshot): void
  /**
   * Resolves when the platform shows exactly this, in Parts that the ledger holds, and no Part too many.
   * Idempotent. Rejects with `platform_unavailable` (again later), `platform_refused` (never), `lease_lost`.
   */
  settle(snapshot: Snapshot): Promise<void>
  /**
   * Lets go without another call to the platform, because another process goes on with it. Resolves when the call that was
   * under way is over; never rejects.
   */
  abandon(): Promise<void>
  /**
   * Leaves what is there to the next Turn, which writes the answer anew, and takes back only what was said of the thread.
   * Resolves when nothing is under way any more; never rejects.
   */
  giveUp(): Promise<void>
}

/** Where nothing has to be shown: what is stored is what is seen, or nobody looks. */
export const noRendering: Rendering = {
  show: () => {},
  settle: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
  giveUp: () => Promise.resolve(),
}

export interface RenderingTarget {
  readonly turnId: string
  readonly dialogue: Dialogue
  /** Who asked, and the platform's id of the last message that is answered. */
  readonly asker: Identity
  readonly askedRef: string
  readonly parts: PartLedger
  /** Somebody was at it before, and what they asked of the platform last may be carried out only now. */
  readonly takenOver: boolean
  /** Keeps what the adapter learnt of where this Dialogue is shown. */
  saveDelivery(delivery: DeliveryHint): Promise<void>
  /** Tells that the Dialogue's thread came to be: its anchor was posted. */
  moveTo(thread: ThreadRef): Promise<void>
}

/** What a Member wrote on the web, to be shown in its thread. */
export interface RelayTarget extends Pick<RenderingTarget, 'turnId' | 'dialogue' | 'parts' | 'saveDelivery'> {
  readonly messageId: string
  /** Who wrote it, by the name they have on this platform. */
  readonly name: string
  readonly text: string
}

export interface PastMessage {
  readonly ref: string
  readonly author: Author
  readonly byParley: boolean
  readonly text: string
  readonly files: readonly string[]
  readonly sentAtMs: number
}

/** A chat platform, as core uses it. Every method may be slow and rejects with `platform_*` errors only. */
export interface ChatPlatform {
  readonly platform: Platform
  /** Starts, or after a takeover continues, showing an answer. */
  open(target: RenderingTarget): Promise<Rendering>
  /**
   * Posts what was written on the web, headed with its writer's name, because a bot cannot post as a person: quoted as
   * a whole, so that nothing in it passes for somebody else's word, pings anybody or unfurls. Resolves with the id of
   * its first Part when the thread shows exactly this, in Parts that the ledger holds. Idempotent, and rejects, as
   * `settle`. Absent where nothing has to be relayed.
   */
  relay?(target: RelayTarget): Promise<string>
  /** What was said in this thread before `beforeRef`, oldest first, at most `limit`, newest kept. */
  readThread(
    dialogue: Dialogue,
    beforeRef: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly PastMessage[]>
  /** Names of people, by user id; those not found are left out. */
  lookUpNames(
    place: Place,
    userIds: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>
  /** Whether this person administers the workspace or made the channel. */
  mayModerate(person: Identity, thread: ThreadRef, signal: AbortSignal): Promise<boolean>
  /** Whether this account is one of those that administer this very workspace; absent where nobody does. */
  administers?(person: Identity, workspaceId: string, signal: AbortSignal): Promise<boolean>
  /** The http(s) link to a thread on its platform, or to a message in it; undefined where there is none. */
  messageUrl?(thread: ThreadRef, ref?: string): string | undefined
  /** Says this Markdown to one person in a direct message; absent where there are none. */
  tell?(person: Identity, markdown: string, signal: AbortSignal): Promise<void>
  /** Says this Markdown to one person where they are, so that nobody else sees it; absent where that cannot be done. */
  whisper?(
    person: Identity,
    where: { readonly thread: ThreadRef; readonly inThread: boolean },
    markdown: string,
    signal: AbortSignal,
  ): Promise<void>
  /**
   * What the platform calls this person there, all of it: `slack:owner`, `slack:admin`, `slack:guest`, `external`,
   * `discord:admin`, `discord:ROLE_ID`. At most some minutes old. Rejects with `platform_unavailable` once `signal` is
   * aborted. Absent where there are no roles.
   */
  rolesOf?(person: Identity, place: Place, signal: AbortSignal): Promise<readonly string[]>
  /** Shows one person Parley's own page, in place of what it showed before; absent where there is none. */
  showHome?(person: Identity, home: Home, signal: AbortSignal): Promise<void>
}
