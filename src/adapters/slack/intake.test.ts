import { describe, expect, it } from 'vitest'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import { createIntake } from './intake.ts'

const installation = { teamId: 'T0ACME', botUserId: 'U0PARLEY' }
const support = 'C0SUPPORT'

interface Said {
  readonly ts: string
  readonly text?: string
  readonly in?: string
  readonly by?: string
}

const envelope = (event: object) => ({ kind: 'event' as const, body: { team_id: 'T0ACME', event } })
const message = ({ ts, text = ts, in: thread, by = 'U0ADA' }: Said) => ({
  type: 'message',
  channel: support,
  user: by,
  ts,
  text,
  ...(thread === undefined ? {} : { thread_ts: thread }),
})
const said = (of: Said) => envelope({ ...message(of), event_ts: of.ts })
const edited = (of: Said, at: string) =>
  envelope({
    type: 'message',
    subtype: 'message_changed',
    channel: support,
    event_ts: at,
    message: { ...message(of), text: `${of.ts} otherwise`, edited: { ts: at } },
    previous_message: message(of),
  })
const deleted = (of: Said, at: string) =>
  envelope({
    type: 'message',
    subtype: 'message_deleted',
    channel: support,
    event_ts: at,
    deleted_ts: of.ts,
    previous_message: message(of),
  })
const command = () => ({
  kind: 'command' as const,
  body: { command: '/parley', text: 'stop', user_id: 'U0ADA', channel_id: support, trigger_id: '1' },
})

/** An intake whose store is slow: what it is given ends when it is told to. `threadOf`: where a message belongs. */
function openIntake(threadOf: (ts: string) => string) {
  const begun: string[] = []
  const releases = new Map<string, () => void>()
  const intake = createIntake({
    installation: () => installation,
    receive(inbound) {
      const name = nameOf(inbound)
      begun.push(name)
      const received: Received = {
        decision: { outcome: 'ignored', reason: 'not_addressed' },
        duplicate: false,
        ...(inbound.kind === 'message' ? { threadId: threadOf(inbound.messageRef) } : {}),
      }
      return new Promise(resolve => releases.set(name, () => resolve(received)))
    },
    audienceChanged: () => Promise.resolve(),
    clock: { nowMs: () => 1_000, sleep: () => Promise.resolve() },
    trail: () => undefined,
    whisper: () => Promise.resolve(),
  })
  /** Delivers these; gives what is begun with. */
  const deliver = (...deliveries: Parameters<typeof intake.take>[0][]) =>
    since(() => deliveries.forEach(delivery => void intake.take(delivery)))
  /** Ends these; gives what begins then. */
  const end = (...names: readonly string[]) => since(() => names.forEach(name => releases.get(name)?.()))
  async function since(what: () => void): Promise<readonly string[]> {
    const before = begun.length
    what()
    await new Promise(resolve => setImmediate(resolve))
    return begun.slice(before)
  }
  return { deliver, end }
}

function nameOf(inbound: Inbound): string {
  if (inbound.kind === 'edit') return `edit of ${inbound.message.messageRef}`
  if (inbound.kind === 'delete') return `deletion of ${inbound.messageRef}`
  return inbound.kind === 'message' ? inbound.messageRef : inbound.kind
}

/** After one message there, which tells whether the channel is one Dialogue. */
async function openKnown(threadOf: (ts: string) => string) {
  const intake = openIntake(threadOf)
  await intake.deliver(said({ ts: '1' }))
  await intake.end('1')
  return intake
}

const byThread = (ts: string) => ts
const inPlace = () => support

describe('what Slack delivers of one channel', () => {
  it('waits for what was said before it, until it is known that the channel is not one Dialogue', async () => {
    const { deliver, end } = openIntake(byThread)
    expect(await deliver(said({ ts: '1' }), said({ ts: '3' }), said({ ts: '2' }))).toEqual(['1'])
    expect(await end('1')).toEqual(['2'])
    expect(await end('2')).toEqual(['3'])
    await end('3')
    expect(await deliver(said({ ts: '5' }), said({ ts: '4' }))).toEqual(['5', '4'])
  })

  it('goes on waiting where the channel is one Dialogue, but for its threads', async () => {
    const { deliver, end } = await openKnown(inPlace)
    const begun = deliver(said({ ts: '2' }), said({ ts: '3' }), said({ ts: '2.5', in: '1.5' }))
    expect(await begun).toEqual(['2'])
    expect(await end('2')).toEqual(['2.5'])
    expect(await end('2.5')).toEqual(['3'])
  })

  it('is stored thread beside thread, and each thread in its order', async () => {
    const { deliver, end } = await openKnown(byThread)
    const replies = [said({ ts: '4', in: '2' }), said({ ts: '3', in: '2' })]
    expect(await deliver(said({ ts: '2' }), ...replies, said({ ts: '5' }))).toEqual(['2', '5'])
    expect(await end('2')).toEqual(['3'])
    expect(await end('3')).toEqual(['4'])
  })

  it('lets an edit and a deletion come after their message, and a command after everything', async () => {
    const { deliver, end } = await openKnown(byThread)
    const about = { ts: '2' }
    const begun = deliver(said(about), deleted(about, '5'), edited(about, '4'), said({ ts: '3' }), command())
    expect(await begun).toEqual(['2', '3'])
    expect(await end('2')).toEqual(['edit of 2'])
    expect(await end('edit of 2')).toEqual([])
    expect(await end('3')).toEqual(['deletion of 2'])
    expect(await end('deletion of 2')).toEqual(['command'])
  })

  it('is ignored at once where nothing can come of it', async () => {
    const { deliver } = openIntake(byThread)
    const own = said({ ts: '2', by: 'U0PARLEY' })
    expect(await deliver(said({ ts: '1' }), own)).toEqual(['1', 'ignored'])
  })
})
