/** Making one costs a fifth of a millisecond, and a page of a list says a hundred times of day. */
const made = new Map<string, Intl.DateTimeFormat>()

/** More than there are ways in which pages say a time, in as many time zones as their readers are in. */
const mostMade = 500

/** "21 Nov". */
export const shortDay = { day: 'numeric', month: 'short' } as const

/** What says times in this language and time zone, made once. */
export function formatter(
  language: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([language, timeZone, options])
  const known = made.get(key)
  if (known) return known
  const one = new Intl.DateTimeFormat(language, { ...options, timeZone })
  if (made.size >= mostMade) made.delete(made.keys().next().value ?? '')
  made.set(key, one)
  return one
}
