/** A gap between two looks at the clock that no busy page makes: the machine slept. */
const sleptMs = 90_000

/**
 * The socket of one page: comes again by itself, each time a little later, and resumes each Dialogue where it was.
 * @param {object} told
 * @param {(frame: any) => void} told.frame
 * @param {(up: boolean) => void} told.up
 * @param {() => void} told.signedOut The session ended: nothing is tried again until `wake`.
 */
export function openSocket(told) {
  /** @type {WebSocket | undefined} */
  let socket
  /** @type {Map<string, string | undefined>} Dialogues that are watched, each with the last cursor that was seen. */
  const watched = new Map()
  let failures = 0
  let isOut = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again

  const isOpen = () => socket?.readyState === WebSocket.OPEN

  function connect() {
    clearTimeout(again)
    const address = new URL('/ws', location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const before = socket
    const own = new WebSocket(address)
    socket = own
    before?.close()
    own.addEventListener('open', () => {
      if (socket !== own) return
      for (const [dialogueId, after] of watched) own.send(subscription(dialogueId, after))
      told.up(true)
    })
    own.addEventListener('message', event => {
      if (socket !== own) return
      const frame = JSON.parse(String(event.data))
      // Only now: a server that lets everybody in and then sends them away would be asked without end.
      if (frame.type !== 'error') failures = 0
      if (frame.cursor !== undefined && watched.has(frame.dialogueId))
        watched.set(frame.dialogueId, frame.cursor)
      told.frame(frame)
    })
    own.addEventListener('close', event => {
      if (socket !== own) return
      socket = undefined
      told.up(false)
      if (event.code === 4001) void renew()
      else later()
    })
  }

  function later() {
    failures += 1
    const waitMs = Math.min(30_000, 500 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2)
    clearTimeout(again)
    again = setTimeout(connect, waitMs)
  }

  /** Only an ordinary request can renew a session: its answer brings the cookies. A way to the log-in says it is over. */
  async function renew() {
    const answer = await fetch('/chats/new', { method: 'HEAD', redirect: 'manual' }).catch(() => undefined)
    if (answer?.type === 'opaqueredirect') {
      isOut = true
      return told.signedOut()
    }
    if (!answer?.ok || failures > 0) return later()
    failures = 1
    connect()
  }

  /** Whatever was open is not to be trusted. */
  const anew = () => {
    if (!isOut) connect()
  }
  addEventListener('online', anew)
  addEventListener('offline', () => {
    // The browser itself may notice only after minutes.
    const dead = socket
    socket = undefined
    dead?.close()
    told.up(false)
  })
  let lookedMs = Date.now()
  setInterval(() => {
    const slept = Date.now() - lookedMs > sleptMs
    lookedMs = Date.now()
    if (slept) anew()
  }, 10_000)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !isOpen() && socket === undefined) anew()
  })
  connect()

  return {
    /** @param {string} dialogueId @param {string} [after] */
    watch(dialogueId, after) {
      watched.set(dialogueId, after)
      if (isOpen()) socket?.send(subscription(dialogueId, after))
    },
    /** @param {string} dialogueId */
    leave(dialogueId) {
      watched.delete(dialogueId)
    },
    /** False when there is no connection now; `up` tells when there is. @param {object} frame */
    send(frame) {
      if (!isOpen()) return false
      socket?.send(JSON.stringify(frame))
      return true
    },
    /** Somebody signed in again. */
    wake() {
      failures = 0
      isOut = false
      connect()
    },
  }
}

/** @param {string} dialogueId @param {string | undefined} after */
function subscription(dialogueId, after) {
  return JSON.stringify({
    type: 'subscribe',
    dialogueId,
    html: true,
    ...(after === undefined ? {} : { after }),
  })
}
