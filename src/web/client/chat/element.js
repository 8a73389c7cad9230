/**
 * An element with attributes, listeners (`onclick`) and children; text stays text.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | boolean | ((event: Event) => void)>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value)
    else if (typeof value === 'string') made.setAttribute(key, value)
    else made.toggleAttribute(key, value)
  }
  made.append(...children)
  return made
}

/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} [within]
 * @returns {Kind | undefined}
 */
export function find(selector, kind, within = document) {
  const found = within.querySelector(selector)
  return found instanceof kind ? found : undefined
}
