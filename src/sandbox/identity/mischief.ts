/** What a test makes a stand-in do wrong; nothing is set in the sandbox. */
export interface Mischief {
  /** Every call of a client is answered by 503. */
  down?: boolean
  /** Calls of a client are never answered. */
  silent?: boolean
  /** A body of this many bytes in place of each answer to a client. */
  flood?: number
  /** Changes the claims of an ID token before it is signed. */
  claims?: (claims: Record<string, unknown>) => Record<string, unknown>
  /** Changes the ID token after it was signed. */
  idToken?: (token: string) => string
  /** Changes what the browser carries back. */
  answer?: (parameters: URLSearchParams) => void
}
