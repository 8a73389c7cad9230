/** Another way a Dialogue went: it goes on from the messages of its parent that stand before `fromPosition`. */
export interface Branch {
  readonly id: string
  readonly dialogueId: string
  /** Absent when it goes on from the trunk. */
  readonly parentId?: string
  readonly fromPosition: number
}

export interface Branches {
  /**
   * A new branch that stands in for everything from this message on, made the current one. Branches that begin at the
   * same message have the same parent, so that they stand beside each other. Locks the Dialogue.
   */
  fork(
    at: { readonly dialogueId: string; readonly position: number; readonly branchId?: string },
    atMs: number,
  ): Promise<Branch>
  /** Makes a branch, or the trunk, the current one. Throws `not_found` when the Dialogue has no such branch. */
  switchTo(dialogueId: string, branchId: string | undefined): Promise<void>
  /** In the order in which they were made. */
  list(dialogueId: string): Promise<readonly Branch[]>
}
