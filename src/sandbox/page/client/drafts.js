/** What was typed and not sent, kept for this tab through a reload and a restart of Parley. */

const prefix = 'parley.sandbox.draft.'

/** @param {string} place */
export function readDraft(place) {
  try {
    return sessionStorage.getItem(prefix + place) ?? ''
  } catch {
    return ''
  }
}

/**
 * @param {string} place
 * @param {string} text
 */
export function writeDraft(place, text) {
  try {
    if (text === '') sessionStorage.removeItem(prefix + place)
    else sessionStorage.setItem(prefix + place, text)
  } catch {
    // A browser without storage keeps the draft in the field only.
    return
  }
}
