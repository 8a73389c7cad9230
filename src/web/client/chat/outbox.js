import { keep, newId, readKept } from './kept.js'

/** @typedef {{ clientId: string, text: string, atMs: number, refused?: boolean }} Unsent */

/**
 * What was said and not yet taken, kept over a reload and a lost connection. Sent again it carries the same id, so that
 * it is said once.
 * @param {string} dialogueId
 */
export function createOutbox(dialogueId) {
  const name = `outbox:${dialogueId}`
  /** @type {Map<string, Unsent>} */
  const held = new Map(readUnsent(name).map(one => [one.clientId, one]))
  const save = () => keep(name, held.size === 0 ? '' : JSON.stringify([...held.values()]))

  /** @param {Unsent} one */
  const put = one => {
    held.set(one.clientId, one)
    save()
  }
  return {
    /** @param {string} text @returns {Unsent} */
    add(text) {
      const one = { clientId: newId(), text, atMs: Date.now() }
      put(one)
      return one
    },
    /** @param {string} clientId @returns {Unsent | undefined} */
    find: clientId => held.get(clientId),
    all: () => [...held.values()],
    /** It waits for its author. @param {Unsent} one */
    refuse: one => put({ ...one, refused: true }),
    /** @param {Unsent} one @returns {Unsent} */
    again(one) {
      const { refused: _, ...rest } = one
      put(rest)
      return rest
    },
    /** @param {string} clientId */
    taken(clientId) {
      if (held.delete(clientId)) save()
    },
  }
}

/** @param {string} name @returns {Unsent[]} */
function readUnsent(name) {
  try {
    return JSON.parse(readKept(name) || '[]')
  } catch {
    return []
  }
}
