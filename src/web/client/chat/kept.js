/** What this browser keeps for the Member of this page; where it may keep nothing, all goes on without. */

const me = document.querySelector('#words')?.getAttribute('data-me') ?? ''

/** @param {string} name @param {'localStorage' | 'sessionStorage'} [where] */
export function readKept(name, where = 'localStorage') {
  try {
    return window[where].getItem(`${name}:${me}`) ?? ''
  } catch {
    return ''
  }
}

/**
 * Empty takes it away.
 * @param {string} name @param {string} text @param {'localStorage' | 'sessionStorage'} [where]
 * @returns {boolean} Whether it could be kept.
 */
export function keep(name, text, where = 'localStorage') {
  try {
    if (text === '') window[where].removeItem(`${name}:${me}`)
    else window[where].setItem(`${name}:${me}`, text)
    return true
  } catch {
    return false
  }
}

/** An id that nobody else has. Pages of plain http have no `randomUUID`. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
