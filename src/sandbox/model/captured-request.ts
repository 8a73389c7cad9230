import type { ChatMessage } from './chat-request.ts'

/** How answering ended: `left` when the client went away first. */
export type RequestEnd = 'answered' | 'refused' | 'broken' | 'left'

/** A request as it came in. */
export interface CapturedRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly body: unknown
  readonly key: string | undefined
  readonly end: RequestEnd | 'open'
}

export interface Captures {
  readonly requests: readonly CapturedRequest[]
  /** Keeps a request; what it returns records how it ended, the first time it is called. */
  open(request: Omit<CapturedRequest, 'end'>): (end: RequestEnd) => void
  /** Resolves once no request is open. */
  whenIdle(): Promise<void>
}

export function createCaptures(): Captures {
  const requests: (Omit<CapturedRequest, 'end'> & { end: CapturedRequest['end'] })[] = []
  let watchers: (() => void)[] = []
  const isIdle = () => requests.every(({ end }) => end !== 'open')
  return {
    requests,
    open(request) {
      const captured = { ...request, end: 'open' as CapturedRequest['end'] }
      requests.push(captured)
      return end => {
        if (captured.end === 'open') captured.end = end
        if (!isIdle()) return
        for (const watcher of watchers) watcher()
        watchers = []
      }
    },
    whenIdle: () =>
      new Promise(resolve => {
        if (isIdle()) resolve()
        else watchers.push(resolve)
      }),
  }
}
