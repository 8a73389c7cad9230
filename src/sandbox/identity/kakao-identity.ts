import { createIdentityStandIn, idClaims, type IdentityOptions, signed } from './stand-in.ts'
import type { Grant } from './grants.ts'

/** Kakao Login with OpenID Connect turned on. */
export function createKakaoIdentity(options: IdentityOptions = {}) {
  return createIdentityStandIn(
    {
      name: 'Kakao',
      paths: { authorize: '/oauth/authorize', token: '/oauth/token' },
      token: (grant, scene, base) => ({
        access_token: scene.grants.tokenFor(grant),
        token_type: 'bearer',
        expires_in: 21_599,
        scope: grant.scope,
        // The address in here comes without a word on whether it is verified.
        id_token: signed({ ...idClaims(grant, scene, base), ...tokenProfile(grant) }, scene),
      }),
      refuse: error =>
        Response.json(
          { error, error_description: 'refused', error_code: 'KOE320' },
          { status: error === 'invalid_client' ? 401 : 400 },
        ),
      routes: (app, scene) => {
        app.get('/.well-known/jwks.json', c => c.json(scene.signing.jwks()))
        app.get('/v1/oidc/userinfo', c => {
          const grant = scene.bearer(c)
          if (!grant) return c.json({ msg: 'this access token does not exist', code: -401 }, 401)
          const { email, emailVerified } = grant.person
          const mayReadEmail = grant.scope.split(' ').includes('account_email') && email !== undefined
          return c.json({
            ...tokenProfile(grant),
            ...(mayReadEmail ? { email, email_verified: emailVerified } : {}),
          })
        })
      },
    },
    options,
  )
}

function tokenProfile({ person, scope }: Grant): Record<string, unknown> {
  return {
    sub: String(person.number),
    ...(scope.split(' ').includes('profile_nickname') ? { nickname: person.name } : {}),
  }
}
