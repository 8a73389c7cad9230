/**
 * What this page shows, in names where there are names, as it stands in the page's address.
 * @typedef {{ on: 'slack' | 'discord', in: string, as: string, thread?: string }} Place
 */

const key = 'parley.sandbox.place'

/** @type {Place} */
const first = { on: 'slack', in: 'support', as: 'ada' }

/**
 * The place in the address, else where this browser was last.
 * @returns {Place}
 */
export function readPlace() {
  const asked = new URLSearchParams(location.search)
  return asked.has('in') ? placeOf(Object.fromEntries(asked)) : placeOf(remembered())
}

/** Whether nobody has opened the sandbox in this browser before. */
export const isFirstVisit = () => read() === null

/** @returns {Record<string, unknown>} */
function remembered() {
  try {
    const kept = JSON.parse(read() ?? '{}')
    return typeof kept === 'object' && kept !== null ? kept : {}
  } catch {
    return {}
  }
}

/** A browser may forbid storage altogether; the address is enough then. */
function read() {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/**
 * @param {Record<string, unknown>} from
 * @returns {Place}
 */
function placeOf(from) {
  const { thread } = from
  return {
    on: from['on'] === 'discord' ? 'discord' : 'slack',
    in: typeof from['in'] === 'string' ? from['in'] : first.in,
    as: typeof from['as'] === 'string' ? from['as'] : first.as,
    ...(typeof thread === 'string' && thread !== '' ? { thread } : {}),
  }
}

/** @param {Place} place */
export const queryOf = place => new URLSearchParams({ ...place }).toString()

/**
 * Writes the place into the address; `push` makes it a step to come back from.
 * @param {Place} place
 * @param {boolean} push
 */
export function writePlace(place, push) {
  const url = `${location.pathname}?${queryOf(place)}`
  if (push && url !== location.pathname + location.search) history.pushState(null, '', url)
  else history.replaceState(null, '', url)
  try {
    localStorage.setItem(key, JSON.stringify(place))
  } catch {
    // The address still has it.
    return
  }
}
