/**
 * A page of what was found by asking for one more than it holds: that one tells that there is more, after the last that
 * is on it.
 */
export function cutPage<Item>(
  found: readonly Item[],
  limit: number,
): { readonly items: readonly Item[]; readonly last: Item | undefined } {
  const items = found.slice(0, limit)
  return { items, last: found.length > limit ? items.at(-1) : undefined }
}
