import type { Identity } from './identity.ts'

/** owner and admin manage, auditor reads usage and no content. */
export const roles = ['owner', 'admin', 'auditor', 'member'] as const
export type Role = (typeof roles)[number]

/** Languages the interface is written in; see words/. */
export const languages = ['en', 'ko'] as const
export type Language = (typeof languages)[number]

/** A person in Parley. */
export interface Member {
  readonly id: string
  /** 1 to 25 characters, unique without regard to case. */
  readonly username: string
  /** Unique without regard to case; absent for who signs in by another service alone. */
  readonly email?: string
  /** An unconfirmed Member looks around but spends no model. */
  readonly emailConfirmed: boolean
  /** A link that was mailed to it was followed; a service's word alone is no proof. */
  readonly emailProven: boolean
  readonly hasPassword: boolean
  /** What others see. */
  readonly nickname: string
  /** At most 32 characters each. */
  readonly firstName?: string
  readonly lastName?: string
  readonly bornYear?: number
  readonly job?: string
  /** Changes with the picture; absent without one. */
  readonly avatarTag?: string
  readonly role: Role
  /** They were given a role in some workspace; absent otherwise. */
  readonly inWorkspaces?: true
  readonly suspended: boolean
  readonly settings: MemberSettings
  readonly createdAtMs: number
}

export interface MemberSettings {
  /** Added to every answer for this Member, after the Agent's own. */
  readonly instructions?: string
  readonly language?: Language
  /** An IANA name. */
  readonly timeZone?: string
  readonly theme?: 'light' | 'dark'
  readonly agent?: string
  /** Mails about the account other than those it cannot do without; on unless set to false. */
  readonly mailNotices?: boolean
}

/** Who looks: a Member with every account that is linked to them. Everything read on the web is read as a Viewer. */
export interface Viewer {
  readonly memberId: string
  /** Their web Identity and every linked one. */
  readonly identityIds: readonly string[]
}

export interface NewMember {
  readonly id: string
  readonly username: string
  readonly nickname: string
  readonly email?: string
  /** Another service says so. */
  readonly emailConfirmed?: boolean
  readonly passwordHash?: string
}

/** What changes; `null` takes away. */
export interface MemberChange {
  readonly username?: string
  readonly email?: string
  /** When a mailed link was followed. */
  readonly emailConfirmedAtMs?: number | null
  readonly passwordHash?: string
  readonly nickname?: string
  readonly firstName?: string | null
  readonly lastName?: string | null
  readonly bornYear?: number | null
  readonly job?: string | null
  readonly settings?: MemberSettings
  readonly role?: Role
  readonly suspendedAtMs?: number | null
}

export interface Members {
  find(id: string): Promise<Member | undefined>
  get(id: string): Promise<Member>
  /** In a transaction: waits until nobody else changes this Member, and gives them as they are then. */
  lock(id: string): Promise<Member>
  /** In a transaction: waits until nobody else changes who owns Parley; the owners who can sign in, as they are then. */
  lockOwners(): Promise<readonly string[]>
  findByEmail(email: string): Promise<Member | undefined>
  findByUsername(username: string): Promise<Member | undefined>
  passwordHash(id: string): Promise<string | undefined>
  /** Makes the Member and their `web` Identity. Throws `email_taken` or `username_taken`. */
  add(member: NewMember): Promise<Member>
  /** Throws `email_taken` or `username_taken`, and then nothing changed. The `web` Identity keeps the nickname as its name. */
  change(id: string, change: MemberChange): Promise<Member>
  avatar(id: string): Promise<{ readonly image: Uint8Array; readonly tag: string } | undefined>
  /** `undefined` takes the picture away. */
  setAvatar(id: string, image: Uint8Array | undefined): Promise<void>
  viewer(id: string): Promise<Viewer>
  /** Their accounts on platforms, the `web` one first. */
  identities(id: string): Promise<readonly Identity[]>
  /** Who an account belongs to, when it is linked. */
  ofIdentity(identityId: string): Promise<Member | undefined>
  /**
   * Ties an account to a Member. False when it is another's: nothing is ever moved silently. What the account used in
   * the current periods counts for the Member from then on; untied, it counts for the account alone again.
   */
  link(identityId: string, memberId: string, atMs: number): Promise<boolean>
  unlink(identityId: string, atMs: number): Promise<void>
}
