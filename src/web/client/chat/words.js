/** What scripts say, in the page's language, as the page brought it. */

/**
 * @typedef {object} Said
 * @property {Record<string, string>} signIn
 * @property {Record<string, string>} keys
 * @property {string} parley
 * @property {string} thinking
 * @property {string} stop
 * @property {string} lost
 * @property {string} notSent
 * @property {string} retry
 * @property {string} tooLarge
 * @property {string} notText
 * @property {string} copy
 * @property {string} copied
 * @property {string} cancel
 * @property {string} sendAgain
 * @property {string} failed
 * @property {Record<string, string>} failures
 * @property {string} unconfirmed
 * @property {string} gone
 * @property {string} toTheChats
 * @property {string} internal
 */

/** @returns {Said} */
export function readWords() {
  return JSON.parse(document.querySelector('#words')?.getAttribute('data-words') ?? '{}')
}
