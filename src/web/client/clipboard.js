/**
 * Puts a text where the person can paste it from; false where the browser refuses. Pages of plain http have no clipboard
 * but the old way to it.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true)
  const field = document.createElement('textarea')
  field.className = 'unseen'
  field.setAttribute('aria-hidden', 'true')
  field.value = text
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  return isCopied
}
