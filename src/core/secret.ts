/** Makes and recognises what only its holder may know: refresh tokens, mailed links, link codes, states. */
export interface Secrets {
  /** 256 random bits, safe in a URL. */
  make(): string
  /** What is kept of it. The same every time; nobody finds the secret from it. */
  hash(secret: string): string
}
