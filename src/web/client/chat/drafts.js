import { keep, readKept } from './kept.js'

/** What was typed and not sent, by dialogue, in this browser alone. @param {string} key */
export function createDraft(key) {
  const name = `draft:${key}`
  return {
    read: () => readKept(name),
    /** @param {string} text */
    keep: text => keep(name, text),
  }
}
