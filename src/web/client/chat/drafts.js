/** What was typed and not sent, by dialogue, in this browser alone. @param {string} key */
export function createDraft(key) {
  const name = `draft:${key}`
  return {
    read: () => localStorage.getItem(name) ?? '',
    /** @param {string} text */
    keep: text => (text === '' ? localStorage.removeItem(name) : localStorage.setItem(name, text)),
  }
}
