import { send } from './link.js'

/** @typedef {import('../wire.ts').View} View */
/** @typedef {import('../wire.ts').ShownMessage} ShownMessage */

/**
 * What came of speaking: an error, the thread it surely opens, or how to know the thread that may come of it.
 * @typedef {{ error?: string, threadId?: string, awaited?: (message: ShownMessage) => boolean }} Spoken
 */

/**
 * What the person at this page does.
 * @param {{ view: () => View | undefined, toast: (text: string) => void }} options
 */
export function createActs({ view, toast }) {
  const here = () => {
    const { platform = /** @type {const} */ ('slack'), channelId = '', personId = '' } = view()?.sight ?? {}
    return { platform, channelId, personId }
  }
  /** @param {import('../wire.ts').Act} act */
  const tell = async act => {
    const result = await send(act)
    if ('error' in result) toast(result.error)
  }

  /**
   * @param {string} text
   * @param {string} [threadId]
   * @returns {Promise<Spoken>}
   */
  const say = async (text, threadId) => {
    const result = await send({ act: 'say', ...here(), ...(threadId && { threadId }), text })
    if ('error' in result) return result
    const { messageId } = result
    if (threadId || !messageId) return {}
    const direct = view()?.channels.find(({ id }) => id === here().channelId)?.kind === 'direct'
    const isAnswered = direct || /(^|\W)@Parley\b/i.test(text)
    // On Slack a message is its own thread from the start; on Discord the thread has to be made first.
    if (isAnswered && here().platform === 'slack') return { threadId: messageId }
    return { awaited: ({ id }) => id === messageId }
  }

  /**
   * @param {string} name
   * @param {string} text
   * @param {string} [threadId]
   * @returns {Promise<Spoken>}
   */
  const command = async (name, text, threadId) => {
    const { commands = [], channel } = view() ?? {}
    if (!commands.some(known => known.name === name)) {
      const names = commands.map(known => `/${known.name}`).join(', ')
      return {
        error: names
          ? `There is no /${name} here, but ${names}.`
          : 'Parley has not registered its commands yet.',
      }
    }
    const before = new Set(channel?.messages.map(({ id }) => id))
    const since = Date.now()
    const result = await send({ act: 'command', ...here(), ...(threadId && { threadId }), name, text })
    if ('error' in result) return result
    return threadId
      ? {}
      : { awaited: ({ id, author, atMs }) => author.parley && !before.has(id) && atMs >= since - 1_000 }
  }

  return {
    /**
     * @param {string} text
     * @param {string} [threadId]
     */
    speak(text, threadId) {
      const [, name, rest = ''] = /^\/([\w-]+)\s*([\s\S]*)$/.exec(text) ?? []
      return name === undefined ? say(text, threadId) : command(name, rest, threadId)
    },
    async drop() {
      const { platform } = here()
      const result = await send({ act: 'drop', platform })
      const where = platform === 'slack' ? 'Slack' : 'Discord'
      toast(
        'error' in result
          ? result.error
          : `The connection to ${where} was cut. Say something now: it is answered once Parley is back.`,
      )
    },
    onMessages: {
      /** @param {ShownMessage} message @param {string} text */
      async save({ id }, text) {
        const result = await send({ act: 'edit', ...here(), messageId: id, text })
        return 'error' in result ? result.error : undefined
      },
      /** @param {ShownMessage} message */
      remove: ({ id }) => void tell({ act: 'remove', ...here(), messageId: id }),
      /** @param {ShownMessage} message @param {string} buttonId */
      press: ({ id }, buttonId) => void tell({ act: 'press', ...here(), messageId: id, buttonId }),
      /** @param {string} threadId */
      stop: threadId => void tell({ act: 'stop', ...here(), threadId }),
    },
  }
}
