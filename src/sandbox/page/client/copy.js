const toldForMs = 1_500

/** The Copy buttons of all blocks of code, those to come included. */
export function listenToCopying() {
  document.addEventListener('click', event => {
    const button = event.target instanceof HTMLElement ? event.target.closest('.copy') : null
    if (button) void copy(button)
  })
}

/** @param {Element} button */
async function copy(button) {
  const code = button.closest('.code')?.querySelector('code')?.textContent ?? ''
  button.textContent = await navigator.clipboard.writeText(code).then(
    () => 'Copied',
    () => 'Not allowed',
  )
  setTimeout(() => (button.textContent = 'Copy'), toldForMs)
}
