import type { ParleyError } from './errors.ts'

/** One request to a model service, bytes in and bytes out. */
export interface UpstreamRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /**
   * `trusted` is what the environment names; `kept` what was typed on a page, and `named` what a caller asked for: both
   * are dialled through a guard alone, and a caller's proxy too.
   */
  readonly route:
    | { readonly kind: 'trusted'; readonly proxyUrl?: string }
    | { readonly kind: 'kept' }
    | { readonly kind: 'named'; readonly proxyUrl?: string }
}

/** What comes back, in order: `head`, any `data`, then `end`; or `failed` at any point, and nothing after it. */
export interface UpstreamReader {
  head(status: number, headers: UpstreamHeaders): void
  /** The chunk may be kept only until the next turn of the event loop. `false`: no more until `resume`. */
  data(chunk: Uint8Array): boolean
  end(): void
  /** `model_unreachable`; `forbidden` or `invalid` for an address that the guard refuses. */
  failed(error: ParleyError): void
}

export type UpstreamHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

export interface UpstreamCall {
  /** Whether anything may have reached the other side. */
  readonly sent: boolean
  /** Closes the connection at once; the reader hears nothing more. */
  abort(): void
  resume(): void
}

export interface Upstream {
  /** Never throws: what goes wrong is told to the reader, maybe before this has returned. */
  send(request: UpstreamRequest, reader: UpstreamReader): UpstreamCall
  close(): Promise<void>
}
