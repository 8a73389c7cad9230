import type { Language, Member, Viewer } from '../core/member.ts'
import type { Words } from '../core/words.ts'

/** Who sends a request, once their session was checked. */
export interface SignedIn {
  readonly member: Member
  readonly viewer: Viewer
  readonly sessionId: string
  /** By cookie a request may come from any page, and is checked for where it comes from; by bearer it may not. */
  readonly via: 'cookie' | 'bearer'
}

/** What every route finds in its context. */
export interface WebEnv {
  readonly Variables: {
    requestId: string
    language: Language
    words: Words
    signedIn: SignedIn | undefined
  }
}
