/**
 * The keyboard, when nobody is typing.
 * @param {{
 *   isBusy: () => boolean,
 *   help: () => void,
 *   speakAs: (index: number) => void,
 *   move: (by: 1 | -1) => void,
 *   open: () => boolean,
 *   editLast: () => void,
 *   slash: () => void,
 *   back: () => void,
 *   leaveField: () => void,
 * }} deeds
 */
export function listenToKeys(deeds) {
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || deeds.isBusy()) return
    if (isTyping(event.target)) {
      if (event.key === 'Escape') deeds.leaveField()
      return
    }
    if (act(event)) event.preventDefault()
  })

  /** @param {KeyboardEvent} event */
  const act = ({ key, target }) => {
    switch (key) {
      case '?':
        deeds.help()
        return true
      case '1':
      case '2':
      case '3':
        deeds.speakAs(Number(key) - 1)
        return true
      case 'j':
        deeds.move(1)
        return true
      case 'k':
        deeds.move(-1)
        return true
      case 'e':
        deeds.editLast()
        return true
      case '/':
        deeds.slash()
        return true
      case 'Escape':
        deeds.back()
        return true
      case 'Enter':
        return target instanceof HTMLElement && target.matches('article') && deeds.open()
      default:
        return false
    }
  }
}

/** @param {EventTarget | null} target */
const isTyping = target => target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
