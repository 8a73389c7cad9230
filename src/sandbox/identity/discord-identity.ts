import { createIdentityStandIn, type IdentityOptions } from './stand-in.ts'

/** Sign in with Discord: plain OAuth 2, and the account by `/users/@me`. */
export function createDiscordIdentity(options: IdentityOptions = {}) {
  return createIdentityStandIn(
    {
      name: 'Discord',
      paths: { authorize: '/oauth2/authorize', token: '/api/oauth2/token' },
      token: (grant, { grants }) => ({
        access_token: grants.tokenFor(grant),
        token_type: 'Bearer',
        expires_in: 604_800,
        refresh_token: 'practice-refresh-token',
        scope: grant.scope,
      }),
      refuse: error => Response.json({ error }, { status: error === 'invalid_client' ? 401 : 400 }),
      answerIssuer: base => base,
      routes: (app, { bearer }) => {
        app.get('/api/users/@me', c => {
          const grant = bearer(c)
          if (!grant) return c.json({ message: '401: Unauthorized', code: 0 }, 401)
          const { name, discordId, email, emailVerified } = grant.person
          const mayReadEmail = grant.scope.split(' ').includes('email') && email !== undefined
          return c.json({
            id: discordId,
            username: name.toLowerCase(),
            global_name: name,
            discriminator: '0',
            avatar: null,
            ...(mayReadEmail ? { email, verified: emailVerified } : {}),
          })
        })
      },
    },
    options,
  )
}
