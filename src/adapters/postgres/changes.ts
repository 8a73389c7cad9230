import { z } from 'zod'
import type { Changed, ChangedHead, ChangedMessage, Changes, ChangedTurn } from '../../core/changes.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'

export function createChanges({ handle }: Session): Changes {
  return {
    async revision(dialogueId) {
      return (await readHead(handle, dialogueId))?.now
    },
    async since(dialogueId, revision) {
      const head = await readHead(handle, dialogueId)
      return head && read(handle, dialogueId, head, { after: revision })
    },
    async newest(dialogueId, limit) {
      const head = await readHead(handle, dialogueId)
      return head && read(handle, dialogueId, head, { after: -1, limit })
    },
    async turn(id) {
      const row = await selectTurns(handle).where('turns.id', '=', id).executeTakeFirst()
      return row && { ...toTurn(row), dialogueId: row.dialogue_id }
    },
  }
}

interface Head extends ChangedHead {
  /** The Dialogue's revision; its own is that of its title. */
  readonly now: number
}

async function readHead(handle: Handle, dialogueId: string): Promise<Head | undefined> {
  const row = await handle
    .selectFrom('dialogues')
    .select(['revision', 'head_revision', 'title', 'title_by', 'platform', 'agent', 'branch_id'])
    .where('id', '=', dialogueId)
    .executeTakeFirst()
  return (
    row && {
      now: row.revision,
      revision: row.head_revision,
      title: row.title,
      titleBy: row.title_by,
      platform: row.platform,
      ...(row.agent === null ? {} : { agent: row.agent }),
      ...(row.branch_id === null ? {} : { branchId: row.branch_id }),
    }
  )
}

/**
 * Revisions become visible in their order, for each is taken under the Dialogue's lock: with one seen, all before it
 * are. What changes while this reads bears a later one, and is left for the next time.
 */
async function read(
  handle: Handle,
  dialogueId: string,
  { now, ...head }: Head,
  { after, limit }: { readonly after: number; readonly limit?: number },
): Promise<Changed> {
  if (now <= after) return { revision: now, messages: [], turns: [] }
  const [messages, turns] = await Promise.all([
    selectMessages(handle)
      .where('messages.dialogue_id', '=', dialogueId)
      .where('messages.position', 'is not', null)
      .where('messages.revision', '>', after)
      .where('messages.revision', '<=', now)
      .orderBy('messages.position', 'desc')
      .$if(limit !== undefined, query => query.limit(limit ?? 0))
      .execute(),
    selectTurns(handle)
      .where('turns.dialogue_id', '=', dialogueId)
      .where('turns.revision', '>', after)
      .where('turns.revision', '<=', now)
      .orderBy('turns.sequence', 'desc')
      .$if(limit !== undefined, query => query.limit(limit ?? 0))
      .execute(),
  ])
  return {
    revision: now,
    ...(head.revision > after ? { head } : {}),
    messages: messages.toReversed().map(toChangedMessage),
    turns: turns.toReversed().map(toTurn),
  }
}

function selectMessages(handle: Handle) {
  return handle
    .selectFrom('messages')
    .leftJoin('identities', 'identities.id', 'messages.author_id')
    .leftJoin('members', 'members.id', 'identities.member_id')
    .leftJoin('avatars', 'avatars.member_id', 'members.id')
    .select([
      'messages.id',
      'messages.position',
      'messages.role',
      'messages.ref',
      'messages.text',
      'messages.version',
      'messages.files',
      'messages.sent_at',
      'messages.redacted_at',
      'messages.branch_id',
      'messages.from_web',
      'messages.revision',
      'identities.id as identity_id',
      'identities.name',
      'identities.user_id',
      'members.id as member_id',
      'members.nickname',
      'avatars.tag',
    ])
}

type MessageRow = Awaited<ReturnType<ReturnType<typeof selectMessages>['execute']>>[number]

const filesShape = z.array(z.string())

function toChangedMessage(row: MessageRow): ChangedMessage {
  const { identity_id: identityId, member_id: memberId, tag } = row
  return {
    revision: row.revision,
    ...(row.branch_id === null ? {} : { branchId: row.branch_id }),
    message: {
      id: row.id,
      position: row.position ?? 0,
      role: row.role,
      ...(identityId === null
        ? {}
        : {
            speaker: {
              identityId,
              name: row.name ?? row.nickname ?? row.user_id ?? '',
              ...(memberId === null ? {} : { memberId }),
              ...(tag === null ? {} : { avatarTag: tag }),
            },
          }),
      text: row.text,
      version: row.version,
      redacted: row.redacted_at !== null,
      fromWeb: row.from_web,
      files: filesShape.parse(row.files),
      sentAtMs: row.sent_at.getTime(),
      ...(row.ref === null ? {} : { ref: row.ref }),
    },
  }
}

function selectTurns(handle: Handle) {
  return handle
    .selectFrom('turns')
    .innerJoin('messages', 'messages.id', 'turns.answer_id')
    .select([
      'turns.id',
      'turns.dialogue_id',
      'turns.revision',
      'turns.state',
      'turns.answer_id',
      'turns.asker_id',
      'turns.end_state',
      'turns.end_error',
      'messages.text',
      'messages.branch_id',
    ])
}

type TurnRow = Awaited<ReturnType<ReturnType<typeof selectTurns>['execute']>>[number]

function toTurn(row: TurnRow): ChangedTurn {
  return {
    id: row.id,
    revision: row.revision,
    messageId: row.answer_id,
    // What is left to do then is the platform's: there is nothing more to wait for.
    state: row.state === 'delivering' ? (row.end_state ?? row.state) : row.state,
    text: row.text,
    askerId: row.asker_id,
    ...(row.branch_id === null ? {} : { branchId: row.branch_id }),
    ...(row.end_error === null ? {} : { error: row.end_error }),
  }
}
