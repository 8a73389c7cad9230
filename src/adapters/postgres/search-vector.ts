import { termsOf, type Wanted } from '../../core/search-terms.ts'

/** PostgreSQL counts no further, and keeps no more of one word. */
const maxPosition = 16_383
const maxPositions = 255

/** PostgreSQL refuses a vector of a megabyte; what comes later in so long a text is not found. */
const maxVectorLength = 250_000

/** The words of a text as a tsvector. They hold letters and digits only, so nothing in them needs quoting. */
export function searchVector(text: string): string {
  const positions = new Map<string, number[]>()
  let length = 0
  for (const { word, at } of termsOf(text)) {
    const known = positions.get(word)
    if (known) {
      if (known.length < maxPositions) known.push(Math.min(at, maxPosition))
      continue
    }
    length += word.length + 10
    if (length > maxVectorLength) break
    positions.set(word, [Math.min(at, maxPosition)])
  }
  return Array.from(positions, ([word, at]) => `'${word}':${at.join(',')}`).join(' ')
}

/** What is wanted, as a tsquery. */
export function searchQuery(wanted: readonly Wanted[]): string {
  return wanted
    .map(({ steps }) =>
      steps
        .map(({ word, prefix, offset }, number) => {
          const gap = offset - (steps[number - 1]?.offset ?? offset)
          return `${number === 0 ? '' : ` <${gap}> `}'${word}'${prefix ? ':*' : ''}`
        })
        .join(''),
    )
    .map(row => `(${row})`)
    .join(' & ')
}
