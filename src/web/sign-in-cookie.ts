import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { signInAttemptMs } from '../core/sign-in-with.ts'

/** Ties a round trip to the browser that began it. Under https no other site, not even a subdomain, can set it. */
export interface SignInCookie {
  give(c: Context, browserSecret: string): void
  read(c: Context): string | undefined
}

export function createSignInCookie(publicUrl: string): SignInCookie {
  const secure = publicUrl.startsWith('https:')
  const name = secure ? '__Host-parley-sign-in' : 'parley-sign-in'
  return {
    give: (c, browserSecret) =>
      setCookie(c, name, browserSecret, {
        httpOnly: true,
        secure,
        path: '/',
        // The way back from the service is a link from another site: `Strict` would leave the cookie out.
        sameSite: 'Lax',
        maxAge: signInAttemptMs / 1000,
      }),
    read: c => getCookie(c, name),
  }
}
