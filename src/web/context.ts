import type { ApiKeyScope } from '../core/api-key.ts'
import type { Authority } from '../core/authority.ts'
import type { Language, Member, Viewer } from '../core/member.ts'
import type { Notice } from '../core/notice.ts'
import type { Words } from '../core/words.ts'
import type { NamedWorkspace, Workspace } from '../core/workspace.ts'

/** Who sends a request, once their session was checked. */
export interface SignedIn {
  readonly member: Member
  readonly viewer: Viewer
  readonly sessionId: string
  /** By cookie a request may come from any page, and is checked for where it comes from; by bearer it may not. */
  readonly via: 'cookie' | 'bearer'
  /** What an API key was made for; absent for a person, who may do all that is theirs. */
  readonly scopes?: readonly ApiKeyScope[]
}

/** What this Parley is, as its pages tell it. */
export interface Site {
  /** The practice page is served: pages lead to it, and call it practice. */
  readonly sandbox: boolean
  /** Other services to sign in with. */
  readonly providers: readonly { readonly id: string; readonly name: string }[]
}

/** What every route finds in its context. */
export interface WebEnv {
  readonly Variables: {
    requestId: string
    language: Language
    words: Words
    /** As chosen by hand; the browser's own without. */
    theme?: 'light' | 'dark' | undefined
    site?: Site
    signedIn: SignedIn | undefined
    /** The same for every sending of a request that is to be done once. */
    onceId?: string
    /** On pages of /admin: what the Member may do there. */
    authority?: Authority
    /** On pages of /admin: the workspace that is administered; all of the installation without. */
    workspace?: Workspace | undefined
    /** On pages of /admin: the workspaces that the Member may look at. */
    workspaces?: readonly NamedWorkspace[]
    /** What the Member is to be told on their next page; asking counts as having told it. */
    takeNotices?: () => Promise<readonly Notice[]>
  }
}
