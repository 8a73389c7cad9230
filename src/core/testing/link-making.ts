import type { LinkMaking } from '../linking.ts'

/** For tests that make no links. */
export const noLinks: LinkMaking = {
  publicUrl: 'https://parley.test',
  secrets: { make: () => 'code', hash: secret => `hash of ${secret}` },
}
