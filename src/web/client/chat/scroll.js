/**
 * Follows the end of the dialogue while its reader is there, and never takes a reader who scrolled up away.
 * @param {HTMLElement} flow
 * @param {HTMLElement} content
 */
export function followEnd(flow, content) {
  const newest = document.querySelector('.newest')
  const near = 80
  let follows = true
  let top = 0
  const isAtEnd = () => flow.scrollHeight - flow.scrollTop - flow.clientHeight < near
  const show = () => newest instanceof HTMLElement && (newest.hidden = follows)
  const toEnd = () => {
    flow.scrollTop = flow.scrollHeight
    follows = true
    show()
  }
  flow.addEventListener(
    'scroll',
    () => {
      // Only a move upwards is the reader's: text that grows leaves the end further down by itself.
      if (isAtEnd()) follows = true
      else if (flow.scrollTop < top) follows = false
      top = flow.scrollTop
      show()
    },
    { passive: true },
  )
  newest?.addEventListener('click', toEnd)
  const grown = new ResizeObserver(() => follows && toEnd())
  grown.observe(flow)
  grown.observe(content)
  return {
    /** After anything changed. */
    keep: () => follows && toEnd(),
    toEnd,
    /** Somewhere else than the end. @param {Element} there */
    to(there) {
      follows = false
      there.scrollIntoView({ block: 'start' })
      follows = isAtEnd()
      show()
    },
  }
}
