import { once } from 'node:events'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import type { OutFrame } from '../frames.ts'

/** A page's end of a socket. */
export interface SocketClient {
  /** All that came, in order. */
  readonly frames: OutFrame[]
  readonly socket: WebSocket
  send(frame: unknown): void
  /** The code it was closed with. */
  readonly closed: Promise<number>
  /** The text of a Turn as its frames tell it. */
  text(turnId: string): string
  /** The newest state told of a Turn. */
  state(turnId: string): string | undefined
  /** Waits for a frame like this one. */
  sees(like: object): Promise<OutFrame>
  close(): void
}

export async function connect(address: string, headers: Record<string, string> = {}): Promise<SocketClient> {
  const socket = new WebSocket(`${address}/ws`, { headers })
  const frames: OutFrame[] = []
  socket.on('message', data => frames.push(JSON.parse((data as Buffer).toString()) as OutFrame))
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  return {
    frames,
    socket,
    closed,
    send: frame => socket.send(JSON.stringify(frame)),
    text: turnId => textOf(frames, turnId),
    state: turnId =>
      frames.findLast(frame => frame.type === 'turn' && frame.turnId === turnId)?.['state' as keyof OutFrame],
    async sees(like) {
      const isLike = (frame: OutFrame) => {
        try {
          expect(frame).toMatchObject(like)
          return true
        } catch {
          return false
        }
      }
      await expect.poll(() => frames.some(isLike) || frames, { timeout: 20_000, interval: 20 }).toBe(true)
      const found = frames.find(isLike)
      if (!found) throw new Error('It was there just now.')
      return found
    },
    close: () => socket.close(),
  }
}

/** Follows a Turn's frames as the contract says: the whole text, or what is added from an offset. */
export function textOf(frames: readonly OutFrame[], turnId: string): string {
  let text = ''
  for (const frame of frames) {
    if (frame.type !== 'turn' || frame.turnId !== turnId) continue
    if (frame.text !== undefined) text = frame.text
    else if (frame.delta !== undefined) text = text.slice(0, frame.offset) + frame.delta
  }
  return text
}
