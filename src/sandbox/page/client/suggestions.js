import { avatar, h } from './dom.js'

/**
 * @typedef {{ insert: string, label: string, detail: string, from: number, person?: { name: string, tint: string, parley?: boolean } }} Suggestion
 */

/**
 * What could be meant by what stands before the caret: a mention begun, or a command.
 * @param {string} before
 * @param {{ people: import('../wire.ts').View['people'], commands: import('../wire.ts').View['commands'], parley: string }} known
 * @returns {Suggestion[]}
 */
export function suggestionsFor(before, { people, commands, parley }) {
  const command = /^\/([\w-]*)$/.exec(before)
  if (command) {
    return commands
      .filter(({ name }) => name.startsWith(command[1] ?? ''))
      .map(({ name, hint, description }) => ({
        insert: `/${name} `,
        label: `/${name} ${hint}`.trim(),
        detail: description,
        from: 0,
      }))
  }
  const mention = /(?:^|\s)@(\w*)$/.exec(before)
  if (!mention) return []
  const begun = (mention[1] ?? '').toLowerCase()
  const everyone = [
    { name: parley, tint: '', parley: true, detail: 'answers in a thread' },
    ...people.map(person => ({ ...person, parley: false, detail: person.bot ? 'another bot' : '' })),
  ]
  return everyone
    .filter(({ name }) => name.toLowerCase().startsWith(begun))
    .map(({ detail, ...person }) => ({
      insert: `@${person.name} `,
      label: person.name,
      detail,
      from: before.length - begun.length - 1,
      person,
    }))
}

/**
 * The list above a composer. The field keeps the focus; the list follows its arrow keys.
 * @param {HTMLTextAreaElement} field
 * @param {string} id
 * @param {(suggestion: Suggestion) => void} choose
 */
export function createSuggestionList(field, id, choose) {
  /** @type {Suggestion[]} */
  let offered = []
  let at = 0
  const list = h('ul', { id, class: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions' })
  list.hidden = true

  const draw = () => {
    list.hidden = offered.length === 0
    list.replaceChildren(...offered.map(optionOf))
    if (list.hidden) field.removeAttribute('aria-activedescendant')
    else field.setAttribute('aria-activedescendant', `${id}-${at}`)
  }
  /** @param {Suggestion} suggestion @param {number} index */
  const optionOf = (suggestion, index) =>
    h(
      'li',
      {
        id: `${id}-${index}`,
        role: 'option',
        'aria-selected': index === at ? 'true' : 'false',
        onmousedown: (/** @type {MouseEvent} */ event) => {
          event.preventDefault()
          choose(suggestion)
        },
      },
      suggestion.person && avatar(suggestion.person),
      h('b', {}, suggestion.label),
      h('span', {}, suggestion.detail),
    )
  return {
    list,
    /** @param {Suggestion[]} next */
    offer(next) {
      offered = next
      at = 0
      draw()
    },
    /**
     * Takes a key for the list; true when the field has no more to do with it.
     * @param {KeyboardEvent} event
     * @param {string} before what stands before the caret
     */
    key({ key }, before) {
      const chosen = offered[at]
      if (!chosen) return false
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        at = (at + (key === 'ArrowDown' ? 1 : offered.length - 1)) % offered.length
        draw()
        return true
      }
      if (key === 'Escape') {
        offered = []
        draw()
        return true
      }
      // A name typed out to its end is not completed any further: Enter sends it.
      const isWhole = before.slice(chosen.from).toLowerCase() === chosen.insert.trim().toLowerCase()
      if (key !== 'Tab' && !(key === 'Enter' && !isWhole)) return false
      choose(chosen)
      return true
    },
  }
}
