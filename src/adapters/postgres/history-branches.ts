import { ParleyError } from '../../core/errors.ts'
import type { Handle } from './database.ts'

/** The trunk's messages have no branch. */
type Way = string | null

interface Branch {
  readonly id: string
  readonly parent: Way
  readonly from: number
}

interface Reachable {
  readonly first: number
  readonly last: number
}

/** Messages of one way that belong to a line: those before `until`. */
export interface Stretch {
  readonly way: Way
  readonly until: number | undefined
}

/** Which messages belong together, and where there is a choice. */
export interface Line {
  readonly stretches: readonly Stretch[]
  /** Ways that can be taken instead of the one this message begins or goes on on; undefined without a choice. */
  choicesAt(
    message: { readonly position: number; readonly way: Way },
    previous: number,
  ): readonly string[] | undefined
}

const nameOf = (way: Way) => way ?? 'trunk'

/** The line that ends in this branch. Throws `not_found` when the Dialogue has no such branch. */
export async function readLine(handle: Handle, dialogueId: string, end: Way): Promise<Line> {
  const rows = await handle
    .selectFrom('branches')
    .select(['id', 'parent_id as parent', 'from_position as from'])
    .where('dialogue_id', '=', dialogueId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const branches = new Map<string, Branch>(rows.map(row => [row.id, row]))
  if (end !== null && !branches.has(end)) throw new ParleyError('not_found', 'There is no such branch.')
  const stretches = stretchesTo(branches, end)
  if (branches.size === 0) return { stretches, choicesAt: () => undefined }
  const reaches = await reachesOf(handle, dialogueId)
  const forks = forksOf(branches, reaches)
  return {
    stretches,
    choicesAt(message, previous) {
      const fork = forks.find(({ from, ways, parent }) =>
        message.way === parent
          ? from > previous && from <= message.position
          : ways.includes(nameOf(message.way)) && reaches.get(message.way)?.first === message.position,
      )
      return fork && fork.ways.length > 1 ? fork.ways : undefined
    },
  }
}

function stretchesTo(branches: ReadonlyMap<string, Branch>, end: Way): readonly Stretch[] {
  const stretches: Stretch[] = []
  let until: number | undefined
  for (let way = end; ; ) {
    stretches.push({ way, until })
    const branch = way === null ? undefined : branches.get(way)
    if (!branch) return stretches
    until = Math.min(until ?? branch.from, branch.from)
    way = branch.parent
  }
}

async function reachesOf(handle: Handle, dialogueId: string): Promise<ReadonlyMap<Way, Reachable>> {
  const rows = await handle
    .selectFrom('messages')
    .select(on => [
      'branch_id as way',
      on.fn.min<number>('position').as('first'),
      on.fn.max<number>('position').as('last'),
    ])
    .where('dialogue_id', '=', dialogueId)
    .where('position', 'is not', null)
    .groupBy('branch_id')
    .execute()
  return new Map(rows.map(({ way, first, last }) => [way, { first, last }]))
}

interface Fork {
  readonly parent: Way
  readonly from: number
  /** Names, the parent's own first, then oldest first. */
  readonly ways: readonly string[]
}

function forksOf(
  branches: ReadonlyMap<string, Branch>,
  reaches: ReadonlyMap<Way, Reachable>,
): readonly Fork[] {
  const forks = new Map<string, { parent: Way; from: number; ways: string[] }>()
  for (const branch of branches.values()) {
    if (!reaches.has(branch.id)) continue
    const { parent, from } = originOf(branches, reaches, branch)
    const key = `${nameOf(parent)}/${from}`
    const known = forks.get(key)
    if (known) known.ways.push(branch.id)
    else {
      const goesOn = (reaches.get(parent)?.last ?? Number.NEGATIVE_INFINITY) >= from
      forks.set(key, { parent, from, ways: goesOn ? [nameOf(parent), branch.id] : [branch.id] })
    }
  }
  return [...forks.values()]
}

/** A branch that replaces the first message of another branch stands beside it, not on it. */
function originOf(
  branches: ReadonlyMap<string, Branch>,
  reaches: ReadonlyMap<Way, Reachable>,
  branch: Branch,
): { readonly parent: Way; readonly from: number } {
  let { parent, from } = branch
  for (;;) {
    const above = parent === null ? undefined : branches.get(parent)
    if (!above || from > (reaches.get(parent)?.first ?? Number.POSITIVE_INFINITY)) return { parent, from }
    parent = above.parent
    from = Math.min(from, above.from)
  }
}
