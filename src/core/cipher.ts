/** Keeps what has to be read again, such as another service's key, so that the database alone tells nothing of it. */
export interface Cipher {
  /** `context` says what it is and whose: elsewhere the same text cannot be opened. */
  seal(text: string, context: string): string
  /** `undefined` when it was sealed with a key that is gone, was altered, or is of another context. */
  open(sealed: string, context: string): string | undefined
  /** Whether it was sealed with the newest key. */
  isCurrent(sealed: string): boolean
}
