/**
 * Makes an element. Text becomes text, never markup; `onclick` and the like become listeners; `undefined` and
 * `false` leave an attribute out, `true` sets it empty.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: MouseEvent) => void)>} [attributes]
 * @param {...(Node | string | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function')
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value))
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : `${value}`)
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child)
  return element
}

/**
 * The element of the page with this id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no #${id}`)
  return element
}

/**
 * @param {number} atMs
 * @returns {HTMLTimeElement}
 */
export function timeOf(atMs) {
  const at = new Date(atMs)
  const today = at.toDateString() === new Date().toDateString()
  const clock = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  const day = at.toLocaleDateString([], { day: 'numeric', month: 'short' })
  return h(
    'time',
    { datetime: at.toISOString(), title: at.toLocaleString() },
    today ? clock : `${day}, ${clock}`,
  )
}

/**
 * A word for a count: `1 reply`, `3 replies`.
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`

/**
 * A person's picture: the first letter on their colour.
 * @param {{ readonly name: string, readonly tint: string, readonly parley?: boolean }} person
 */
export const avatar = ({ name, tint, parley }) =>
  h('span', { class: `avatar tint-${parley ? 'parley' : tint}`, 'aria-hidden': 'true' }, name.slice(0, 1))
