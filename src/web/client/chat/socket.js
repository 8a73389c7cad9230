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
  let isOver = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again

  const isOpen = () => socket?.readyState === WebSocket.OPEN

  function connect() {
    clearTimeout(again)
    isOver = false
    const address = new URL('/ws', location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const own = new WebSocket(address)
    socket = own
    own.addEventListener('open', () => {
      for (const [dialogueId, after] of watched) own.send(subscription(dialogueId, after))
      told.up(true)
    })
    own.addEventListener('message', event => {
      const frame = JSON.parse(String(event.data))
      // Who only opens and is sent away again has not come through.
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
    again = setTimeout(connect, waitMs)
  }

  /** Only an ordinary request can renew a session: its answer brings the cookies. A way to the log-in says it is over. */
  async function renew() {
    const answer = await fetch('/chats/new', { method: 'HEAD', redirect: 'manual' }).catch(() => undefined)
    if (answer?.type === 'opaqueredirect') {
      isOver = true
      return told.signedOut()
    }
    if (answer?.ok && failures === 0) {
      failures = 1
      return connect()
    }
    later()
  }

  // A machine that slept, or found a network again, need not wait for its turn.
  const hurry = () => {
    if (document.visibilityState === 'visible' && socket === undefined && !isOver) connect()
  }
  addEventListener('online', hurry)
  addEventListener('pageshow', hurry)
  document.addEventListener('visibilitychange', hurry)
  connect()

  return {
    /** @param {string} dialogueId */
    watch(dialogueId) {
      watched.set(dialogueId, undefined)
      if (isOpen()) socket?.send(subscription(dialogueId, undefined))
    },
    /** @param {object} frame @returns {boolean} False while there is no connection. */
    send(frame) {
      if (!isOpen()) return false
      socket?.send(JSON.stringify(frame))
      return true
    },
    /** Somebody signed in again. */
    wake() {
      failures = 0
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
