/** One process at a time does what must not be done twice, such as owning Discord's gateway. */
export interface Leadership {
  /**
   * Makes this process the holder of `role` for `leaseMs` from now, if nobody else holds it or the holder stopped
   * renewing; renews when it is the holder already. Exactly one process gets true at any time.
   */
  hold(role: string, leaseMs: number): Promise<boolean>
  /** Lets go at once, if held. */
  release(role: string): Promise<void>
  /** Takes every role from whoever held it. Only at the start of a process that knows itself to be the only one. */
  freeAll(): Promise<void>
}
