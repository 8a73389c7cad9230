/** A path of our own to go on to, from `?next=`; undefined for anything that could lead elsewhere. */
export function localPath(next: string | undefined): string | undefined {
  // A browser reads a backslash as a slash and drops tabs and line ends, so that `/\host` and `/<tab>/host` leave.
  if (next === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) || next.length > 2000) return undefined
  const base = 'http://here.invalid'
  if (!URL.canParse(next, base)) return undefined
  const { origin, pathname, search, hash } = new URL(next, base)
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : undefined
}
