/**
 * Follows the end of the dialogue while its reader is there, and never takes a reader who scrolled up away.
 * @param {HTMLElement} flow
 */
export function followEnd(flow) {
  const newest = document.querySelector('.newest')
  const near = 80
  let follows = true
  const atEnd = () => flow.scrollHeight - flow.scrollTop - flow.clientHeight < near
  const show = () => newest instanceof HTMLElement && (newest.hidden = follows)
  const toEnd = () => {
    flow.scrollTop = flow.scrollHeight
    follows = true
    show()
  }
  flow.addEventListener(
    'scroll',
    () => {
      follows = atEnd()
      show()
    },
    { passive: true },
  )
  newest?.addEventListener('click', toEnd)
  new ResizeObserver(() => follows && toEnd()).observe(flow)
  if (!location.hash.startsWith('#m-')) toEnd()
  return {
    /** After anything changed. */
    keep: () => follows && toEnd(),
    toEnd,
  }
}
