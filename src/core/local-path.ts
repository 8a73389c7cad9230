/** Only to make a URL of a path, so that it can be compared with where it would lead. */
const anywhere = 'http://localhost'

/**
 * The path, query and fragment of a `?next=` that stays on this site; undefined for any other text. Browsers read
 * `//host`, `/\host` and a line feed in between as another site.
 */
export function localPath(next: string | undefined): string | undefined {
  if (next === undefined || next.length > 2_000) return undefined
  if (!/^\/(?![/\\])[^\s\\]*$/u.test(next) || !URL.canParse(next, anywhere)) return undefined
  const url = new URL(next, anywhere)
  const path = `${url.pathname}${url.search}${url.hash}`
  return url.origin === anywhere && !path.startsWith('//') ? path : undefined
}
