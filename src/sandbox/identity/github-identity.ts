import { createIdentityStandIn, type IdentityOptions } from './stand-in.ts'

/** Sign in with GitHub: plain OAuth 2, the account by `/user`, its addresses by `/user/emails` (as below `/api/v3`). */
export function createGitHubIdentity(options: IdentityOptions = {}) {
  return createIdentityStandIn(
    {
      name: 'GitHub',
      paths: { authorize: '/login/oauth/authorize', token: '/login/oauth/access_token' },
      token: (grant, { grants }) => ({
        access_token: grants.tokenFor(grant),
        token_type: 'bearer',
        scope: grant.scope.replaceAll(' ', ','),
      }),
      // GitHub says so in a body of status 200.
      refuse: error => Response.json({ error: error === 'invalid_grant' ? 'bad_verification_code' : error }),
      answerIssuer: base => `${base}/login/oauth`,
      routes: (app, { bearer }) => {
        app.get('/api/v3/user', c => {
          const grant = bearer(c)
          if (!grant) return c.json({ message: 'Bad credentials' }, 401)
          const { name, number } = grant.person
          // The public address is whatever the person wrote there.
          return c.json({ id: number, login: name.toLowerCase(), name, email: 'public@elsewhere.example' })
        })
        app.get('/api/v3/user/emails', c => {
          const grant = bearer(c)
          if (!grant) return c.json({ message: 'Bad credentials' }, 401)
          if (!grant.scope.split(' ').includes('user:email')) return c.json({ message: 'Not Found' }, 404)
          const { email, emailVerified: verified } = grant.person
          const own = email === undefined ? [] : [{ email, primary: true, verified, visibility: null }]
          return c.json([
            { email: 'old@elsewhere.example', primary: false, verified: true, visibility: null },
            ...own,
          ])
        })
      },
    },
    options,
  )
}
