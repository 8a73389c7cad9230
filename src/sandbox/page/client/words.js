/** @typedef {import('../wire.ts').View} View */

const peopleAndParley = '3 people, a bot and Parley'

/**
 * What the two panes are called, and what stands in their empty fields.
 * @param {View | undefined} view
 */
export function wordsFor(view) {
  const sight = view?.sight
  const open = view?.channels.find(({ id }) => id === sight?.channelId)
  const person = view?.people.find(({ id }) => id === sight?.personId)?.name ?? ''
  const direct = open?.kind === 'direct'
  const name = direct ? 'Parley' : `# ${open?.name ?? ''}`
  const at = [sight?.platform, sight?.channelId, sight?.personId].join('/')
  const draft = [sight?.platform, sight?.channelId].join('/')
  return {
    channelTitle: direct ? `Parley with ${person}` : `#${open?.name ?? ''}`,
    emptyTitle: direct ? `Only ${person} and Parley` : `This is #${open?.name ?? ''}`,
    emptyText: direct
      ? 'Say anything: no mention is needed here.'
      : 'Nothing was said yet. Mention @Parley and press Enter: it answers in a thread.',
    channel: {
      at,
      title: name,
      detail: direct ? `only ${person} sees this` : peopleAndParley,
      label: direct ? 'Message Parley' : `Message #${open?.name ?? ''}, or @Parley …`,
      draft,
    },
    thread: {
      at: `${at}/${sight?.threadId}`,
      title: 'Thread',
      detail: name,
      label: 'Reply in the thread',
      draft: `${draft}/${sight?.threadId}`,
    },
  }
}
