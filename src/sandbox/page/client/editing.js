import { h } from './dom.js'

/** A small button above a message. @param {string} title @param {string} label @param {() => void} onclick */
export const button = (title, label, onclick) =>
  h('button', { type: 'button', class: 'act', title, 'aria-label': title, onclick }, label)

const sureForMs = 3_000

/**
 * A button that asks once more, in its own place, before it does what cannot be undone.
 * @param {string} label
 * @param {() => void} deed
 */
export function confirmed(label, deed) {
  let sure = false
  const made = button(`${label} message`, label, () => {
    if (sure) return deed()
    sure = true
    made.textContent = `Really ${label.toLowerCase()}?`
    made.setAttribute('aria-label', `Really ${label.toLowerCase()} this message?`)
    made.classList.add('danger')
    setTimeout(() => {
      sure = false
      made.textContent = label
      made.setAttribute('aria-label', `${label} message`)
      made.classList.remove('danger')
    }, sureForMs)
  })
  return made
}

/**
 * The field in which a message is edited, in the message's own place.
 * @param {string} text
 * @param {() => void} close
 * @param {(text: string) => Promise<string | undefined>} save
 */
export function editorOf(text, close, save) {
  const problem = h('p', { class: 'problem', role: 'alert' })
  const field = h('textarea', { rows: 2, 'aria-label': 'Edit message' })
  field.value = text
  const submit = async () => {
    problem.textContent = ''
    if (field.value.trim() === '' || field.value === text) return close()
    const error = await save(field.value)
    if (error === undefined) close()
    else problem.textContent = error
  }
  field.addEventListener('keydown', event => {
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void submit()
    else return
    event.preventDefault()
    event.stopPropagation()
  })
  return h(
    'div',
    { class: 'editor' },
    field,
    h(
      'div',
      { class: 'editor-bar' },
      h('button', { type: 'button', class: 'btn small primary', onclick: () => void submit() }, 'Save'),
      h('button', { type: 'button', class: 'btn small', onclick: close }, 'Cancel'),
      h('small', {}, 'Enter saves, Esc cancels'),
    ),
    problem,
  )
}
