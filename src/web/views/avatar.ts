import { html } from 'hono/html'

export interface Pictured {
  readonly id: string
  readonly name: string
  /** Changes with the picture; absent without one. */
  readonly avatarTag?: string | undefined
}

/** As many as there are tints in look/parts.css. */
const tints = 8

/** Somebody's picture, or the first letter of their name on their own tint. It stands beside the name, and is silent. */
export function avatar({ id, name, avatarTag }: Pictured, size: 'small' | 'large' = 'small') {
  const pixels = size === 'small' ? 32 : 72
  if (avatarTag !== undefined)
    return html`<img class="avatar ${size}" src="/avatars/${id}?v=${avatarTag}" width="${pixels}" height="${pixels}" alt="">`
  const [first] = new Intl.Segmenter().segment(name.trim())
  const letter = first?.segment.toUpperCase() ?? '?'
  return html`<span class="avatar ${size} tint-${tintOf(id)}" aria-hidden="true">${letter}</span>`
}

function tintOf(id: string): number {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return sum % tints
}
