/**
 * The one place where text becomes elements. The policy's name is the only one that our Content-Security-Policy allows.
 * @type {{ createHTML(text: string): string }}
 */
const policy = trustedTypes()?.createPolicy('parley', {
  createHTML: (/** @type {string} */ text) => text,
}) ?? {
  createHTML: text => text,
}

/**
 * The elements of a piece of page that our own server rendered, and escaped. Never for text of any other origin.
 * @param {string} rendered
 * @returns {DocumentFragment}
 */
export function fragment(rendered) {
  const template = document.createElement('template')
  template.innerHTML = policy.createHTML(rendered)
  return template.content
}

/** @returns {{ createPolicy(name: string, rules: object): { createHTML(text: string): string } } | undefined} */
function trustedTypes() {
  return Reflect.get(globalThis, 'trustedTypes')
}
