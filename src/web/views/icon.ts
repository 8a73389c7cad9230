import { raw } from 'hono/html'

const paths = {
  brand:
    '<path fill="currentColor" stroke="none" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-7l-5 4.5V17H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"/><path class="brand-lines" d="M7.5 8h9M7.5 12h5"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  back: '<path d="m14.5 5-7 7 7 7"/>',
  more: '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3"/>',
  good: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  warn: '<path d="M12 4 2.8 20h18.4L12 4Zm0 6v4.5m0 2.8v.01"/>',
  bad: '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5m0 3.2v.01"/>',
  note: '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5m0-8.7v.01"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  pin: '<path d="M9 4h6l-1 6 3 3H7l3-3-1-6Zm3 9v7"/>',
  copy: '<rect x="8" y="8" width="12" height="12" rx="2"/><path d="M16 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2"/>',
} as const

export type IconName = keyof typeof paths

/** A drawing beside words that say the same: it is silent to screen readers. */
export function icon(name: IconName) {
  return raw(
    `<svg class="icon icon-${name}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths[name]}</svg>`,
  )
}
