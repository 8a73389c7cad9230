/** @typedef {import('../wire.ts').View} View */
/** @typedef {import('../wire.ts').Patch} Patch */
/** @typedef {import('../wire.ts').Act} Act */
/** @typedef {import('../wire.ts').ActResult} ActResult */

const againAfterMs = 1_000

/**
 * Listens to one place at a time. A connection that breaks is tried again each second; every new one begins with
 * the whole view, so nothing has to be caught up.
 * @param {{ view: (view: View) => void, patch: (patch: Patch) => void, online: (up: boolean) => void }} told
 */
export function createLink(told) {
  let query = ''
  /** @type {EventSource | undefined} */
  let source
  /** @type {number | undefined} */
  let again

  const close = () => {
    clearTimeout(again)
    source?.close()
    source = undefined
  }
  const open = () => {
    close()
    const opened = new EventSource(`/sandbox/events?${query}`)
    source = opened
    opened.addEventListener('view', event => {
      told.online(true)
      told.view(JSON.parse(event.data))
    })
    opened.addEventListener('patch', event => told.patch(JSON.parse(event.data)))
    opened.addEventListener('error', () => {
      if (source !== opened) return
      close()
      told.online(false)
      again = setTimeout(open, againAfterMs)
    })
  }
  // A browser opens six connections to one server: pages that nobody looks at must not hold them.
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  return {
    /** @param {string} place */
    listen(place) {
      query = place
      open()
    },
  }
}

/**
 * Does one thing as a person. Never rejects: what went wrong is a sentence in `error`.
 * @param {Act} act
 * @returns {Promise<ActResult>}
 */
export async function send(act) {
  try {
    const response = await fetch('/sandbox/act', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(act),
    })
    return await response.json()
  } catch {
    return { error: 'Parley is not answering. What you typed is kept: send it again once it is back.' }
  }
}
