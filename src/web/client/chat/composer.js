import { began, createDraft } from './drafts.js'
import { find } from './element.js'

/** As much as the server takes of one message, with room for a name. */
const largestFileBytes = 200_000

/**
 * The form one writes in: Enter sends, Shift+Enter breaks the line, what is not sent is kept.
 * @param {import('./words.js').Said} words
 * @param {string} key Whose draft it is.
 * @param {(text: string) => void} [send] Without it the form is sent as forms are.
 */
export function createComposer(words, key, send) {
  const form = find('#composer', HTMLFormElement)
  const text = find('#text', HTMLTextAreaElement)
  const file = find('#file', HTMLInputElement)
  if (!form || !text) return undefined
  const field = text
  const draft = createDraft(key)
  if (field.value === '') field.value = draft.read()

  form.addEventListener('submit', event => {
    const said = field.value.trim()
    if (said === '' || send) event.preventDefault()
    if (said === '') return
    if (!send) return began.mark()
    draft.keep('')
    field.value = ''
    send(said)
  })
  field.addEventListener('input', () => draft.keep(field.value))
  field.addEventListener('keydown', event => {
    // Enter also ends a syllable that is being composed: that one is not for us.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    form.requestSubmit()
  })

  /** @param {string} text */
  const insert = text => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end')
    draft.keep(field.value)
    field.focus()
  }
  /** @param {File} chosen */
  async function add(chosen) {
    if (chosen.size > largestFileBytes) return tell(words.tooLarge)
    const text = await chosen.text()
    if (/^(?:image|audio|video|font)\//.test(chosen.type) || text.includes('\0')) return tell(words.notText)
    const fence = text.includes('```') ? '~~~~' : '```'
    insert(`${field.value === '' ? '' : '\n'}${chosen.name}\n${fence}\n${text.trimEnd()}\n${fence}\n`)
  }
  form.querySelector('[data-do="file"]')?.addEventListener('click', () => file?.click())
  file?.addEventListener('change', () => {
    const [chosen] = file.files ?? []
    if (chosen) void add(chosen)
    file.value = ''
  })
  field.addEventListener('paste', event => {
    const [pasted] = event.clipboardData?.files ?? []
    if (!pasted) return
    event.preventDefault()
    void add(pasted)
  })
  return {
    field,
    /** Back in the field, when what was sent was refused. @param {string} text */
    giveBack(text) {
      if (field.value === '') field.value = text
      draft.keep(field.value)
    },
  }
}

/** One line over the composer; empty takes it away. @param {string} text */
export function tell(text) {
  const line = document.querySelector('#status')
  if (line && line.textContent !== text) line.textContent = text
}
