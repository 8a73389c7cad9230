import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { SlackServer } from '../serve.ts'
import { practiceTokens } from '../tokens.ts'
import { clientOf, eventually } from './stand-in.ts'

export interface Frame {
  readonly type: string
  readonly envelope_id: string
  readonly retry_attempt?: number
  readonly retry_reason?: string
  readonly reason?: string
  readonly payload: { readonly event_id?: string; readonly event?: { readonly text?: string } }
}

/** A bare Socket Mode connection that acknowledges nothing by itself. */
export interface RawSocket {
  readonly frames: Frame[]
  ack(frame: Frame, payload?: Readonly<Record<string, unknown>>): void
  readonly closed: () => boolean
}

export async function rawSocket(server: SlackServer): Promise<RawSocket> {
  const { url } = await clientOf(server, practiceTokens.app).apps.connections.open({})
  const socket = new WebSocket(url ?? '')
  onTestFinished(() => socket.terminate())
  const received: Frame[] = []
  const frames: Frame[] = []
  socket.on('message', data => {
    const frame = JSON.parse((data as Buffer).toString()) as Frame
    if (frame.type === 'hello') received.push(frame)
    else frames.push(frame)
  })
  await eventually(() => {
    if (received.length === 0) throw new Error('no hello yet')
  })
  return {
    frames,
    ack: ({ envelope_id }, payload = {}) => socket.send(JSON.stringify({ envelope_id, payload })),
    closed: () => socket.readyState === WebSocket.CLOSED,
  }
}
