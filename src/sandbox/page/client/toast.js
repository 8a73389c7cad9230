import { byId } from './dom.js'

const shownForMs = 6_000

/** @type {number | undefined} */
let hiding

/**
 * One sentence that goes away by itself.
 * @param {string} text
 */
export function toast(text) {
  const node = byId('toast')
  node.textContent = text
  node.hidden = false
  clearTimeout(hiding)
  hiding = setTimeout(() => (node.hidden = true), shownForMs)
}
