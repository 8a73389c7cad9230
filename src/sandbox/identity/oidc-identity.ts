import { createIdentityStandIn, idClaims, type IdentityOptions, signed } from './stand-in.ts'

const paths = { authorize: '/authorize', token: '/token' }
const discoveryPath = '/.well-known/openid-configuration'

/** Any OpenID Connect issuer, by discovery. It knows people by a number of its own. */
export function createOidcIdentity(options: IdentityOptions = {}) {
  return createIdentityStandIn(
    {
      name: 'OIDC',
      paths,
      token: (grant, scene, base) => ({
        access_token: scene.grants.tokenFor(grant),
        token_type: 'Bearer',
        expires_in: 300,
        id_token: signed({ ...idClaims(grant, scene, base), sub: `person-${grant.person.number}` }, scene),
      }),
      refuse: error => Response.json({ error }, { status: error === 'invalid_client' ? 401 : 400 }),
      answerIssuer: base => base,
      routes: (app, scene) => {
        app.get(discoveryPath, c => c.json(metadata(scene.base(c, discoveryPath))))
        app.get('/keys', c => c.json(scene.signing.jwks()))
        app.get('/userinfo', c => {
          const grant = scene.bearer(c)
          if (!grant) return c.json({ error: 'invalid_token' }, 401)
          const { name, number, email, emailVerified } = grant.person
          const known = email === undefined ? {} : { email, email_verified: emailVerified }
          return c.json({ sub: `person-${number}`, name, ...known })
        })
      },
    },
    options,
  )
}

function metadata(base: string) {
  return {
    issuer: base,
    authorization_endpoint: `${base}${paths.authorize}`,
    token_endpoint: `${base}${paths.token}`,
    userinfo_endpoint: `${base}/userinfo`,
    jwks_uri: `${base}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
  }
}
