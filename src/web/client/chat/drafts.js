/** What was typed and not yet taken, by person and dialogue, in this browser alone. */

const me = document.querySelector('#words')?.getAttribute('data-me') ?? ''

/** @param {string} key */
export function createDraft(key) {
  const name = `draft:${me}:${key}`
  return {
    read: () => localStorage.getItem(name) ?? '',
    /** @param {string} text */
    keep: text => (text === '' ? localStorage.removeItem(name) : localStorage.setItem(name, text)),
  }
}

/**
 * What was sent and is not known to be taken; a reload does not lose it. The server says each id once.
 * @param {string} key
 */
export function createOutbox(key) {
  const name = `unsent:${me}:${key}`
  /** @type {Map<string, string>} */
  const unsent = new Map(JSON.parse(localStorage.getItem(name) ?? '[]'))
  const keep = () =>
    unsent.size === 0
      ? localStorage.removeItem(name)
      : localStorage.setItem(name, JSON.stringify([...unsent]))
  return {
    unsent,
    /** @param {string} clientId @param {string} text */
    add(clientId, text) {
      unsent.set(clientId, text)
      keep()
    },
    /** @param {string} clientId */
    remove(clientId) {
      if (unsent.delete(clientId)) keep()
    },
  }
}

const leaving = 'parley:began'

/** A chat was sent off to begin: its draft goes once it did, and not when a log-in came between. */
export const began = {
  mark: () => sessionStorage.setItem(leaving, '1'),
  settle() {
    if (sessionStorage.getItem(leaving) === null) return
    sessionStorage.removeItem(leaving)
    createDraft('new').keep('')
  },
}
