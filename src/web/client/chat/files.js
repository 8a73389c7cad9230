/** As much as is read of one file. */
const largestFileBytes = 400_000

/**
 * A text file as a message carries it: its name, and its text in a fence that nothing in it closes. Undefined for what
 * is no text.
 * @param {File} file
 * @returns {Promise<string | undefined>}
 */
export async function fencedText(file) {
  if (/^(?:image|audio|video|font)\//.test(file.type)) return undefined
  const bytes = await file.slice(0, largestFileBytes).arrayBuffer()
  const text = decoded(bytes)
  if (text === undefined || text.includes('\0')) return undefined
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const language = /\.(\w{1,12})$/.exec(file.name)?.[1]?.toLowerCase() ?? ''
  return `${file.name.replace(/[\n`*_[\]<>]/g, ' ')}\n${fence}${language}\n${text.trimEnd()}\n${fence}\n`
}

/** @param {ArrayBuffer} bytes @returns {string | undefined} */
function decoded(bytes) {
  try {
    // The last character may have been cut in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}
