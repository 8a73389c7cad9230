/** What was typed and not yet taken, by person and dialogue, in this browser alone. */

import { keep, readKept } from './kept.js'

/** @param {string} key */
export function createDraft(key) {
  const name = `draft:${key}`
  return {
    read: () => readKept(name),
    /** @param {string} text */
    keep: text => keep(name, text),
  }
}

/**
 * What was sent and is not known to be taken; a reload does not lose it. The server says each id once.
 * @param {string} key
 */
export function createOutbox(key) {
  const name = `unsent:${key}`
  const unsent = new Map(readUnsent(name))
  const save = () => keep(name, unsent.size === 0 ? '' : JSON.stringify([...unsent]))
  return {
    unsent,
    /** @param {string} clientId @param {string} text */
    add(clientId, text) {
      unsent.set(clientId, text)
      save()
    },
    /** @param {string} clientId */
    remove(clientId) {
      if (unsent.delete(clientId)) save()
    },
  }
}

/** @param {string} name @returns {[clientId: string, text: string][]} */
function readUnsent(name) {
  try {
    return JSON.parse(readKept(name) || '[]')
  } catch {
    return []
  }
}

const leaving = 'began'

/** A chat was sent off to begin: its draft goes once it did, and not when a log-in came between. */
export const began = {
  mark: () => keep(leaving, '1', 'sessionStorage'),
  settle() {
    if (readKept(leaving, 'sessionStorage') === '') return
    keep(leaving, '', 'sessionStorage')
    createDraft('new').keep('')
  },
}
