/** A Member who was invited into a web Dialogue. */
export interface Teammate {
  readonly memberId: string
  readonly username: string
  readonly nickname: string
}

/** Who besides its owner takes part in a web Dialogue. With the last one gone it is its owner's alone again. */
export interface Teammates {
  list(dialogueId: string): Promise<readonly Teammate[]>
  /** Nothing happens for who is in it already. */
  invite(dialogueId: string, memberId: string, invitedBy: string, atMs: number): Promise<void>
  /** Nothing happens for who is not in it. */
  remove(dialogueId: string, memberId: string): Promise<void>
}
