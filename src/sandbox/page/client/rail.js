import { avatar, h } from './dom.js'

/** @typedef {import('../wire.ts').View} View */

/**
 * The channels, the people one can be, and the connection.
 * @param {HTMLElement} root
 * @param {{ openChannel: (channelId: string) => void, speakAs: (personId: string) => void, drop: () => void }} deeds
 */
export function createRail(root, deeds) {
  /** Channels in which something happened since they were last open. @type {Set<string>} */
  const news = new Set()

  /** @param {View} view */
  const show = view => {
    news.delete(view.sight.channelId)
    const held = root.contains(document.activeElement) ? document.activeElement?.id : undefined
    root.replaceChildren(places(view), speakers(view), connection(view))
    if (held) document.getElementById(held)?.focus()
  }

  /** @param {View} view */
  const places = ({ channels, sight, parley }) => {
    /** @param {View['channels'][number]} channel */
    const row = ({ id, name, kind, readerIds }) => {
      const label = kind === 'direct' ? parley.name : `# ${name}`
      const current = id === sight.channelId
      return h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            class: 'item',
            id: `place-${id}`,
            'aria-current': current ? 'page' : undefined,
            onclick: () => deeds.openChannel(id),
          },
          kind === 'direct' && avatar({ name: parley.name, tint: '', parley: true }),
          h('b', {}, label),
          readerIds !== undefined && h('small', {}, 'private'),
          news.has(id) &&
            h('span', { class: 'dot', title: 'New here' }, h('span', { class: 'unseen' }, 'New here')),
        ),
      )
    }
    return h(
      'div',
      { class: 'rail-part grow' },
      h('h2', {}, 'Channels'),
      h('ul', {}, ...channels.filter(({ kind }) => kind === 'channel').map(row)),
      h('h2', {}, 'Direct messages'),
      ...(channels.some(({ kind }) => kind === 'direct')
        ? [h('ul', {}, ...channels.filter(({ kind }) => kind === 'direct').map(row))]
        : [h('p', { class: 'rail-note' }, 'Bots have none.')]),
    )
  }

  /** @param {View} view */
  const speakers = ({ people, sight }) =>
    h(
      'div',
      { class: 'rail-part', role: 'group', 'aria-labelledby': 'speak-as' },
      h('h2', { id: 'speak-as' }, 'Speak as'),
      h(
        'ul',
        {},
        ...people.map((person, index) =>
          h(
            'li',
            {},
            h(
              'button',
              {
                type: 'button',
                class: person.bot ? 'item bot' : 'item',
                id: `person-${person.id}`,
                'aria-pressed': person.id === sight.personId ? 'true' : 'false',
                onclick: () => deeds.speakAs(person.id),
              },
              avatar(person),
              h('b', {}, person.name),
              person.bot
                ? h('small', {}, 'another bot')
                : h('kbd', { 'aria-hidden': 'true' }, `${index + 1}`),
            ),
          ),
        ),
      ),
    )

  /** @param {View} view */
  const connection = ({ connections, parley }) =>
    h(
      'div',
      { class: 'rail-part connection' },
      h(
        'p',
        { class: connections > 0 ? 'state up' : 'state down', role: 'status' },
        h('span', { class: 'dot', 'aria-hidden': 'true' }),
        connections > 0 ? `${parley.name} is connected` : `${parley.name} is not connected`,
      ),
      h(
        'button',
        {
          type: 'button',
          id: 'drop',
          class: 'btn small',
          'aria-describedby': 'drop-why',
          onclick: deeds.drop,
        },
        'Drop the connection',
      ),
      h(
        'p',
        { id: 'drop-why', class: 'rail-note' },
        'Cuts the socket as a bad network would. What you say meanwhile is answered after.',
      ),
    )

  return {
    show,
    /** @param {readonly string[]} channelIds */
    hint: channelIds => channelIds.forEach(id => news.add(id)),
  }
}
