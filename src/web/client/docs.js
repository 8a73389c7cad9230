/** Searches the description of the API while one types; `/` goes to the field. Without this module the form asks the server. */

const field = document.querySelector('#docs-search')
const operations = [...document.querySelectorAll('details.operation')]
const found = document.querySelector('#found')

function search() {
  if (!(field instanceof HTMLInputElement)) return
  const words = field.value.toLowerCase().split(/\s+/)
  let count = 0
  for (const operation of operations) {
    if (!(operation instanceof HTMLElement)) continue
    const text = operation.dataset['text'] ?? ''
    operation.hidden = !words.every(word => text.includes(word))
    if (!operation.hidden) count += 1
  }
  for (const group of document.querySelectorAll('.docs-group'))
    if (group instanceof HTMLElement)
      group.hidden = group.querySelector('details.operation:not([hidden])') === null
  if (found instanceof HTMLElement) found.textContent = count === 0 ? (found.dataset['none'] ?? '') : ''
}

/** What an address names is shown open. */
function openNamed() {
  const named = document.getElementById(location.hash.slice(1))
  if (named instanceof HTMLDetailsElement) named.open = true
}

field?.addEventListener('input', search)
document.addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target instanceof HTMLInputElement) return
  event.preventDefault()
  if (field instanceof HTMLInputElement) field.focus()
})
addEventListener('hashchange', openNamed)
openNamed()
