import type { MailTokenPurpose } from './mail-token.ts'
import type { Language, Member, Viewer } from './member.ts'
import type { Device, Session } from './session.ts'
import type { Stores } from './store.ts'

/**
 * What people do with their accounts. What was typed wrongly throws `invalid` with `fields`; a taken address or name
 * `email_taken` or `username_taken`, with `fields` too; too many tries `rate_limited` with `retryAfterMs`. Nothing here
 * tells by words or by time whether an address has an account, but registering itself.
 */
export interface Accounts {
  /**
   * Makes an unconfirmed Member and mails a link. A missing username is proposed from the address. Fields: `email`,
   * `username`, `password`, `passwordAgain` (compared when it is given).
   */
  register(registration: Registration, from: Device): Promise<Member>
  /**
   * Makes a Member for someone whom another service vouched for, without a password. `emailConfirmed` only when that
   * service did confirm the address. Throws `email_taken`: an account is never joined by its address alone. `also` runs
   * in the same transaction, so that nobody is left without a way in.
   */
  admit(newcomer: Newcomer, also?: (stores: Stores, member: Member) => Promise<void>): Promise<Member>
  /** Throws `invalid_credentials`, or `account_suspended` when the password was right. */
  login(
    credentials: { readonly email: string; readonly password: string },
    from: Device,
  ): Promise<SessionGrant>
  /** Signs in someone who proved themselves otherwise. Throws `account_suspended`. */
  startSession(memberId: string, method: string, from: Device): Promise<SessionGrant>
  /** A new access token and a new refresh token for an old one. Throws `unauthenticated`. */
  refresh(refreshToken: string, from: Device): Promise<SessionGrant>
  /** Who holds this access token, when its session lives; at most a second behind. */
  authenticate(accessToken: string): Promise<Authenticated | undefined>
  /** Ends the session of either; nothing when it is over. */
  logout(by: { readonly sessionId?: string; readonly refreshToken?: string }): Promise<void>
  logoutEverywhere(memberId: string): Promise<void>

  /** What a mailed link is worth, spending nothing. */
  peekMailToken(token: string, purposes: readonly MailTokenPurpose[]): Promise<MailTokenState>
  /** Spends a `confirm` or a `change` link. Throws `token_invalid`, or `email_taken` when another was quicker. */
  confirm(token: string): Promise<Member>
  /** Mails a new link, when this address awaits one. */
  resendConfirmation(email: string, language: Language, from: Device): Promise<void>
  /** Mails a link to set a new password, when this address has an account. */
  forgotPassword(email: string, language: Language, from: Device): Promise<void>
  /** Sets a new password and ends every session. Throws `token_invalid`; fields: `password`, `passwordAgain`. */
  resetPassword(token: string, password: NewPassword): Promise<Member>

  /**
   * Sets a new password and ends every other session. Fields: `currentPassword` (not asked of who has none),
   * `password`, `passwordAgain`.
   */
  changePassword(memberId: string, change: NewPassword & CurrentPassword, session: Here): Promise<void>
  /** Mails a link to the new address; the old one stays until it is followed. Fields: `email`, `currentPassword`. */
  changeEmail(
    memberId: string,
    change: { readonly email: string } & CurrentPassword,
    from: Device,
  ): Promise<void>
  /** What is left out stays; an empty text takes away. Fields by their names. Settings change with it or not at all. */
  changeProfile(memberId: string, change: ProfileChange, settings?: SettingsChange): Promise<Member>
  /** What is left out stays; an empty text takes away. Fields by their names. */
  changeSettings(memberId: string, change: SettingsChange): Promise<Member>
  /** Keeps a small square of the picture and nothing else of it; `undefined` takes it away. Field: `avatar`. */
  setAvatar(memberId: string, image: Uint8Array | undefined): Promise<Member>
  /**
   * Ends the sessions and begins to erase the person: all that `Erasures.begin` says. Gives the id of the receipt.
   * Fields: `currentPassword`.
   */
  deleteAccount(memberId: string, proof: CurrentPassword, from: Device): Promise<string>

  /** The living ones, used last first. */
  listSessions(memberId: string): Promise<readonly Session[]>
  /** Ends one of one's own. Throws `not_found`. */
  endSession(memberId: string, sessionId: string): Promise<void>
}

export interface Registration {
  readonly email: string
  readonly username?: string
  readonly password: string
  readonly passwordAgain?: string
  readonly language: Language
}

export interface Newcomer {
  /** What the other service calls them; made to fit. */
  readonly nickname?: string
  readonly username?: string
  readonly email?: string
  readonly emailConfirmed: boolean
  readonly language: Language
}

export interface NewPassword {
  readonly password: string
  readonly passwordAgain?: string
}

export interface CurrentPassword {
  readonly currentPassword?: string
}

/** The session that asks, which goes on. */
export interface Here extends Device {
  readonly sessionId: string
}

export interface Authenticated {
  readonly member: Member
  readonly viewer: Viewer
  readonly sessionId: string
}

/** What someone holds who just signed in. The refresh token is nowhere else. */
export interface SessionGrant {
  readonly member: Member
  readonly session: Session
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  readonly refreshExpiresAtMs: number
}

/** `email` is whom it was mailed to: only who holds the link learns it. */
export type MailTokenState =
  | { readonly state: 'good'; readonly purpose: MailTokenPurpose; readonly email: string }
  | { readonly state: 'spent' | 'old' | 'unknown' }

/** As it was typed. */
export interface ProfileChange {
  readonly username?: string
  readonly nickname?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly bornYear?: string | number | null
  readonly job?: string
}

/** As it was typed. */
export interface SettingsChange {
  readonly instructions?: string
  readonly language?: string
  readonly timeZone?: string
  readonly theme?: string
  readonly agent?: string
  readonly mailNotices?: boolean
}

/** A picture made small and square, without anything its camera wrote into it. Throws `invalid` when it is no picture. */
export interface AvatarMaker {
  make(image: Uint8Array): Promise<Uint8Array>
}

/** Bytes that are looked at as a picture at all. */
export const maxAvatarBytes = 5 * 1024 * 1024
