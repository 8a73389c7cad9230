import { randomBytes } from 'node:crypto'
import { type Fields, isFields, textOf } from './args.ts'
import type { Hook } from './entry.ts'
import { contentOf } from './content.ts'
import type { Talk } from './talk.ts'
import { parleyAccount } from './places.ts'
import type { World } from './world.ts'

/** The response_urls of commands and buttons. */
export interface Hooks {
  /** Returns the path to hand out. */
  issue(channelId: string, userId: string, messageTs?: string): string
  /** Undefined when it was taken; else why not. */
  answer(id: string, body: Fields): 'unknown' | 'expired_url' | 'used_url' | undefined
  /** Shows what an acknowledgement or a response_url said. */
  show(hook: Pick<Hook, 'channelId' | 'userId' | 'messageTs'>, body: Fields): void
}

export const hookPrefix = '/slack/response/'
const mostUses = 5
const maxAgeMs = 30 * 60_000

export function createHooks(world: World, talk: Talk): Hooks {
  const show: Hooks['show'] = ({ channelId, userId, messageTs }, body) => {
    const source = messageTs === undefined ? undefined : world.findMessage(channelId, messageTs)
    if (source && body['delete_original'] === true) return talk.remove(source)
    const content = contentOf({
      text: typeof body['text'] === 'string' ? body['text'] : undefined,
      markdown: undefined,
      blocks: Array.isArray(body['blocks']) ? body['blocks'].filter(isFields) : undefined,
      metadata: undefined,
    })
    if (source && body['replace_original'] === true)
      return void talk.revise(source, content, parleyAccount.id)
    const threadTs = textOf(body['thread_ts']) || source?.threadTs
    const target = { channelId, threadTs }
    if (body['response_type'] === 'in_channel') talk.post(target, content)
    else talk.whisper(target, userId, content)
  }
  return {
    show,
    issue(channelId, userId, messageTs) {
      const id = randomBytes(12).toString('hex')
      const hook = {
        id,
        channelId,
        userId,
        issuedAtMs: world.now(),
        used: 0,
        ...(messageTs && { messageTs }),
      }
      world.record({ kind: 'hook', hook })
      return hookPrefix + id
    },
    answer(id, body) {
      const hook = world.findHook(id)
      if (!hook) return 'unknown'
      if (world.now() > hook.issuedAtMs + maxAgeMs) return 'expired_url'
      if (hook.used >= mostUses) return 'used_url'
      show(hook, body)
      world.record({ kind: 'hook-used', hookId: id })
      return undefined
    },
  }
}
