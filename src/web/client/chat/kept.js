/** What this browser keeps for the Member of this page; nothing where it may keep nothing. */

const member = document.querySelector('#words')?.getAttribute('data-member') ?? ''

/** @param {string} name */
export function readKept(name) {
  try {
    return localStorage.getItem(`${name}:${member}`) ?? ''
  } catch {
    return ''
  }
}

/** Empty takes it away. @param {string} name @param {string} text @returns {boolean} Whether it could be kept. */
export function keep(name, text) {
  try {
    if (text === '') localStorage.removeItem(`${name}:${member}`)
    else localStorage.setItem(`${name}:${member}`, text)
    return true
  } catch {
    return false
  }
}

/** An id that nobody else has. Pages of plain http have no `randomUUID`. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
}
