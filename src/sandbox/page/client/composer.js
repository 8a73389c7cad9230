import { avatar, h } from './dom.js'
import { readDraft, writeDraft } from './drafts.js'
import { createSuggestionList, suggestionsFor } from './suggestions.js'

/** @typedef {import('../wire.ts').View} View */

/** A field grows with its text to this height, then scrolls. */
const tallestPx = 200

/**
 * Where a person writes. Its draft belongs to a place, and is kept until it is sent.
 * @param {{
 *   id: string,
 *   send: (text: string) => Promise<string | undefined>,
 *   nextPerson: () => void,
 *   editLast: () => void,
 * }} options
 */
export function createComposer({ id, send, nextPerson, editLast }) {
  /** @type {View | undefined} */
  let view
  let place = ''
  let sending = false
  const field = h('textarea', {
    id: `${id}-text`,
    rows: 1,
    autocomplete: 'off',
    'aria-autocomplete': 'list',
    'aria-controls': `${id}-suggestions`,
    enterkeyhint: 'send',
  })
  const label = h('label', { class: 'unseen', for: `${id}-text` })
  const person = h('button', { type: 'button', class: 'chip person', onclick: nextPerson })
  const problem = h('p', { class: 'problem', role: 'alert' })
  const submit = h('button', { type: 'submit', class: 'btn primary' }, 'Send')
  const mention = h('button', { type: 'button', class: 'chip', onclick: () => insertMention() }, '@Parley')
  const chips = h('div', { class: 'chips' })
  const suggestions = createSuggestionList(field, `${id}-suggestions`, suggestion => {
    const { from, insert } = suggestion
    const rest = field.value.slice(field.selectionStart)
    put(field.value.slice(0, from) + insert + rest.replace(/^ /, ''), from + insert.length)
  })
  const form = h(
    'form',
    { class: 'composer' },
    chips,
    h(
      'div',
      { class: 'write' },
      suggestions.list,
      label,
      field,
      h(
        'div',
        { class: 'bar' },
        person,
        mention,
        h('span', { class: 'hint' }, 'Enter sends, / for commands'),
        submit,
      ),
    ),
    problem,
  )

  const before = () => field.value.slice(0, field.selectionStart)
  const suggest = () => {
    if (!view) return
    const { people, commands, parley } = view
    suggestions.offer(suggestionsFor(before(), { people, commands, parley: parley.name }))
  }
  const grow = () => {
    field.style.setProperty('height', 'auto')
    field.style.setProperty('height', `${Math.min(field.scrollHeight, tallestPx)}px`)
  }
  const typed = () => {
    writeDraft(place, field.value)
    submit.disabled = field.value.trim() === ''
    problem.textContent = ''
    grow()
  }
  /** @param {string} text @param {number} [caret] */
  const put = (text, caret = text.length) => {
    field.value = text
    field.focus()
    field.setSelectionRange(caret, caret)
    typed()
    suggest()
  }
  const insertMention = () => {
    const text = field.value
    const has = /(^|\s)@Parley\b/.test(text)
    put(has ? text : `@Parley ${text}`)
  }
  const submitNow = async () => {
    const text = field.value.trim()
    if (text === '' || sending) return
    sending = true
    const from = place
    const error = await send(text)
    sending = false
    if (error !== undefined) {
      problem.textContent = error
      return
    }
    writeDraft(from, '')
    if (from === place && field.value.trim() === text) {
      field.value = ''
      typed()
      suggest()
    }
  }

  field.addEventListener('input', () => {
    typed()
    suggest()
  })
  field.addEventListener('blur', () => suggestions.offer([]))
  field.addEventListener('keydown', event => {
    if (event.isComposing) return
    if (suggestions.key(event, before())) {
      event.preventDefault()
      event.stopPropagation()
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void submitNow()
    } else if (event.key === 'ArrowUp' && field.value === '') {
      event.preventDefault()
      editLast()
    }
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submitNow()
  })

  return {
    form,
    put,
    /**
     * @param {View} next
     * @param {{ place: string, label: string }} at
     */
    show(next, at) {
      view = next
      const speaker = next.people.find(({ id: one }) => one === next.sight.personId)
      if (speaker) {
        const unseen = (/** @type {string} */ text) => h('span', { class: 'unseen' }, text)
        person.replaceChildren(
          avatar(speaker),
          unseen('Speaking as '),
          speaker.name,
          unseen('. Speak as the next person'),
        )
      }
      person.setAttribute('title', 'Speak as the next person')
      label.textContent = at.label
      field.placeholder = at.label
      if (at.place === place) return
      place = at.place
      field.value = readDraft(place)
      typed()
      suggestions.offer([])
    },
    /** @param {View} next */
    learn(next) {
      view = next
    },
    focus: () => field.focus(),
    isEmpty: () => field.value === '',
    /**
     * What one may try here, one press away.
     * @param {readonly string[]} texts
     */
    offer(texts) {
      const wanted = texts.join('\n')
      if (chips.dataset['texts'] === wanted) return
      chips.dataset['texts'] = wanted
      chips.replaceChildren(
        ...texts.map(text => h('button', { type: 'button', class: 'chip', onclick: () => put(text) }, text)),
      )
    },
  }
}
