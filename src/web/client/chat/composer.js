import { createDraft } from './drafts.js'
import { find } from './element.js'
import { fencedText } from './files.js'

/** As much as the server takes of one message. */
const mostCharacters = 100_000

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
  if (!form || !text) return
  const field = text
  const draft = createDraft(key)
  if (field.value === '') field.value = draft.read()

  form.addEventListener('submit', event => {
    const said = field.value.trim()
    if (said === '' || send) event.preventDefault()
    if (said === '' || !send) return
    draft.keep('')
    field.value = ''
    send(said)
  })
  field.addEventListener('input', () => draft.keep(field.value))
  field.addEventListener('keydown', event => {
    // Enter also ends a syllable that is being composed: that one is not for us.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    // Other than a press on the button, this says nothing of an empty field: nothing is what happens.
    if (field.value.trim() !== '') form.requestSubmit()
  })

  /** @param {FileList} files */
  async function add(files) {
    for (const one of files) {
      const added = await fencedText(one)
      if (added === undefined) return tell(words.notText)
      const before = field.value === '' || field.value.endsWith('\n') ? '' : '\n'
      if (field.value.length + before.length + added.length > mostCharacters) return tell(words.tooLarge)
      field.setRangeText(before + added, field.selectionStart, field.selectionEnd, 'end')
      draft.keep(field.value)
      tell('')
    }
    field.focus()
  }
  form.querySelector('[data-do="file"]')?.addEventListener('click', () => file?.click())
  file?.addEventListener('change', () => {
    if (file.files) void add(file.files).finally(() => (file.value = ''))
  })
  field.addEventListener('paste', event => {
    const files = event.clipboardData?.files
    if (!files || files.length === 0) return
    event.preventDefault()
    void add(files)
  })
  form.addEventListener('dragover', event => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  })
  form.addEventListener('drop', event => {
    const files = event.dataTransfer?.files
    if (!files || files.length === 0) return
    event.preventDefault()
    void add(files)
  })
}

/**
 * One line over the composer; empty takes it away.
 * @param {string} text
 * @param {{ text: string, press: () => void }} [button]
 */
export function tell(text, button) {
  const line = find('#status', HTMLElement)
  if (!line) return
  line.replaceChildren(text)
  if (!button) return
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'btn'
  made.textContent = button.text
  made.addEventListener('click', button.press)
  line.append(' ', made)
}
