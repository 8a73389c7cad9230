import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import type { Message } from '../../core/message.ts'
import type { Handle } from './database.ts'
import type { Identity } from '../../core/identity.ts'
import { toIdentity } from './identities.ts'

/** What a Message is made of, but for its author. */
export const messageColumns = [
  'messages.id',
  'messages.dialogue_id',
  'messages.position',
  'messages.role',
  'messages.ref',
  'messages.text',
  'messages.told',
  'messages.version',
  'messages.tokens',
  'messages.files',
  'messages.sent_at',
  'messages.redacted_at',
  'messages.from_web',
  'messages.branch_id',
] as const

/** Messages with their authors. */
export function selectMessages(handle: Handle) {
  return handle
    .selectFrom('messages')
    .leftJoin('identities', 'identities.id', 'messages.author_id')
    .select([
      ...messageColumns,
      'identities.id as identity_id',
      'identities.platform as identity_platform',
      'identities.realm',
      'identities.user_id',
      'identities.name',
    ])
}

type MessageRow = Awaited<ReturnType<ReturnType<typeof selectMessages>['execute']>>[number]

/** What a message's row holds of its author, where that is known already. */
export function authorColumns({ id, platform, realm, userId, name }: Identity) {
  return { identity_id: id, identity_platform: platform, realm, user_id: userId, name: name ?? null }
}

const filesShape = z.array(z.string())

/**
 * `as said` is the platform's own text, against which an edit is compared; `as told` is what the model is given of it,
 * once that was counted.
 */
export function toMessage(row: MessageRow, wording: 'as said' | 'as told'): Message {
  if (row.position === null)
    throw new ParleyError('internal', 'An answer has no place in its dialogue before it is begun.')
  const author = authorOf(row)
  return {
    id: row.id,
    dialogueId: row.dialogue_id,
    position: row.position,
    role: row.role,
    ...(author ? { author } : {}),
    ...(row.ref === null || row.role === 'assistant' ? {} : { ref: row.ref }),
    text: wording === 'as told' ? (row.told ?? row.text) : row.text,
    version: row.version,
    redacted: row.redacted_at !== null,
    ...(row.from_web ? { fromWeb: true } : {}),
    files: filesShape.parse(row.files),
    sentAtMs: row.sent_at.getTime(),
    ...(row.branch_id === null ? {} : { branchId: row.branch_id }),
    ...(row.tokens === null ? {} : { tokens: row.tokens }),
  }
}

function authorOf(row: MessageRow): Message['author'] {
  const { identity_id: id, identity_platform: platform, realm, user_id, name } = row
  if (id === null || platform === null || realm === null || user_id === null) return undefined
  return toIdentity({ id, platform, realm, user_id, name })
}
