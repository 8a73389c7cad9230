import { began, createDraft } from './drafts.js'
import { find } from './element.js'
import { fencedText } from './files.js'

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
    if (!send) {
      began.mark()
      return
    }
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

  /** @param {FileList | undefined | null} files */
  async function add(files) {
    for (const one of files ?? []) {
      const added = await fencedText(one)
      if (added === undefined) return tell(words.notText)
      const before = field.value === '' || field.value.endsWith('\n') ? '' : '\n'
      if (field.value.length + before.length + added.length > field.maxLength) return tell(words.tooLarge)
      field.setRangeText(before + added, field.selectionStart, field.selectionEnd, 'end')
      draft.keep(field.value)
      tell('')
    }
    field.focus()
  }
  form.querySelector('[data-do="file"]')?.addEventListener('click', () => file?.click())
  file?.addEventListener('change', () => void add(file.files).finally(() => (file.value = '')))
  field.addEventListener('paste', event => {
    const files = event.clipboardData?.files
    if (!files?.length) return
    event.preventDefault()
    void add(files)
  })
  form.addEventListener('dragover', event => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  })
  form.addEventListener('drop', event => {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    void add(event.dataTransfer.files)
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
