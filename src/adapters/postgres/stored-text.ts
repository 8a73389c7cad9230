/** Text as PostgreSQL can hold it: it refuses NUL anywhere, and half a surrogate pair in jsonb. */
export function storedText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** A value for a jsonb column. Given as a string because both drivers would make an SQL array of an array. */
export function storedJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'string' ? storedText(item) : item))
}
