/** What every page does: menus that close by themselves, a notice shown once, `/` for search. */

document.addEventListener('click', event => {
  for (const menu of openMenus())
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false
})

document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && openMenus().length > 0) {
    event.preventDefault()
    closeMenus()
  }
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target))
    search(event)
})

const address = new URL(location.href)
for (const name of ['notice', 'lang', 'theme']) address.searchParams.delete(name)
if (address.href !== location.href) history.replaceState(history.state, '', address)

function openMenus() {
  return [...document.querySelectorAll('details[data-menu]')]
    .filter(menu => menu instanceof HTMLDetailsElement && menu.open)
    .map(menu => /** @type {HTMLDetailsElement} */ (menu))
}

function closeMenus() {
  for (const menu of openMenus()) {
    menu.open = false
    menu.querySelector('summary')?.focus()
  }
}

/** @param {KeyboardEvent} event */
function search(event) {
  const field = document.querySelector('#search')
  if (!(field instanceof HTMLInputElement) || field.offsetParent === null) return
  event.preventDefault()
  field.focus()
  field.select()
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  )
}
