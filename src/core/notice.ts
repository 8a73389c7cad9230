/** What a person is told on their next page. `detail` holds what the sentence names. */
export interface Notice {
  readonly id: string
  readonly kind: string
  readonly detail: NoticeDetail
  readonly createdAtMs: number
}

export type NoticeDetail = { readonly [name: string]: string | number | boolean | null }

/** Those of accounts; linking and sharing add their own kinds. */
export type AccountNoticeKind =
  | 'email_confirmed'
  | 'email_changed'
  | 'password_changed'
  | 'password_reset'
  | 'session_stolen'
  | 'became_owner'

export interface Notices {
  add(
    memberId: string,
    notice: { readonly kind: string; readonly detail?: NoticeDetail; readonly atMs: number },
  ): Promise<void>
  /** Not yet seen, oldest first, at most fifty. */
  unseen(memberId: string): Promise<readonly Notice[]>
  /** Marks as seen; those of others stay as they are. */
  see(memberId: string, ids: readonly string[], atMs: number): Promise<void>
}
