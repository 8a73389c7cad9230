/**
 * Follows the end of the dialogue while its reader is there, and never takes a reader who scrolled up away.
 * @param {HTMLElement} flow
 */
export function followEnd(flow) {
  const newest = document.querySelector('.newest')
  const near = 80
  let follows = true
  let lastTop = 0
  const atEnd = () => flow.scrollHeight - flow.scrollTop - flow.clientHeight < near
  const show = () => newest instanceof HTMLElement && (newest.hidden = follows)
  const toEnd = () => {
    flow.scrollTop = flow.scrollHeight
    lastTop = flow.scrollTop
    follows = true
    show()
  }
  flow.addEventListener(
    'scroll',
    () => {
      // Only a reader scrolls up; text that grows below leaves where they are.
      if (atEnd()) follows = true
      else if (flow.scrollTop < lastTop) follows = false
      lastTop = flow.scrollTop
      show()
    },
    { passive: true },
  )
  newest?.addEventListener('click', toEnd)
  new ResizeObserver(() => follows && toEnd()).observe(flow)
  if (location.hash.startsWith('#m-')) {
    follows = atEnd()
    show()
  } else toEnd()
  return {
    /** After anything changed. */
    keep: () => follows && toEnd(),
    toEnd,
  }
}
