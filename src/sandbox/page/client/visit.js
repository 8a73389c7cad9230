import { queryOf, readPlace, writePlace } from './place.js'

/** @typedef {import('../wire.ts').View} View */
/** @typedef {import('./place.js').Place} Place */

/**
 * Where the page is, and the ways from there. Every step goes into the address.
 * @param {{ view: () => View | undefined, arrive: (query: string) => void }} options
 */
export function createVisit({ view, arrive }) {
  let place = readPlace()

  /** @param {'rail' | 'channel' | 'thread'} pane which one a narrow screen shows */
  const face = pane => {
    document.body.dataset['pane'] = pane
  }
  /** @param {Partial<Place>} changes @param {boolean} [push] */
  const go = (changes, push = true) => {
    place = { ...place, ...changes }
    if (!place.thread) delete place.thread
    writePlace(place, push)
    arrive(queryOf(place))
  }
  /** @param {string} id */
  const speakAs = id => {
    const person = view()?.people.find(one => one.id === id)
    if (person) go({ as: person.name.toLowerCase(), ...(place.in === 'direct' && { thread: '' }) }, false)
  }
  addEventListener('popstate', () => {
    place = readPlace()
    face(place.thread ? 'thread' : 'channel')
    arrive(queryOf(place))
  })
  return {
    face,
    speakAs,
    place: () => place,
    start: () => {
      face(place.thread ? 'thread' : 'channel')
      go({}, false)
    },
    /** @param {string} threadId */
    openThread: threadId => {
      face('thread')
      go({ thread: threadId })
    },
    closeThread: () => {
      face('channel')
      if (place.thread) go({ thread: '' })
    },
    /** @param {string} id */
    openChannel: id => {
      const channel = view()?.channels.find(one => one.id === id)
      face('channel')
      if (channel) go({ in: channel.kind === 'direct' ? 'direct' : channel.name, thread: '' })
    },
    /** @param {Place['on']} platform */
    openPlatform: platform => {
      face('channel')
      go({ on: platform, thread: '' })
    },
    /** @param {number} index */
    speakAsNth: index => {
      const person = view()?.people[index]
      if (person) speakAs(person.id)
    },
    nextPerson: () => {
      const people = view()?.people.filter(({ bot }) => !bot) ?? []
      const at = people.findIndex(({ id }) => id === view()?.sight.personId)
      const next = people[(at + 1) % people.length]
      if (next) speakAs(next.id)
    },
  }
}
