import type { LinkMaking } from '../linking.ts'

let made = 0

/** Links of tests that do not look at them. */
export const linkMaking: LinkMaking = {
  publicUrl: 'https://parley.test',
  secrets: { make: () => `secret-${(made += 1)}`, hash: secret => `hash of ${secret}` },
}
