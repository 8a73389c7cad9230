import type { Hono } from 'hono'
import { parley } from '../cast.ts'
import type { Grant } from './grants.ts'
import {
  createIdentityStandIn,
  idClaims,
  type IdentityOptions,
  type Scene,
  type Service,
  signed,
} from './stand-in.ts'

export interface SlackIdentityOptions extends IdentityOptions {
  /** Set for a workspace of an Enterprise organisation. */
  readonly enterpriseId?: string
}

/** Sign in with Slack: OIDC below `/openid/connect` and two methods of the Web API. */
export function createSlackIdentity(options: SlackIdentityOptions = {}) {
  return createIdentityStandIn(serviceOf(options.enterpriseId), options)
}

const paths = { authorize: '/openid/connect/authorize', token: '/api/openid.connect.token' }
const userInfoPath = '/api/openid.connect.userInfo'

function serviceOf(enterpriseId: string | undefined): Service {
  return {
    name: 'Slack',
    paths,
    token: (grant, scene, base) => ({
      ok: true,
      access_token: scene.grants.tokenFor(grant),
      token_type: 'Bearer',
      id_token: signed({ ...idClaims(grant, scene, base), ...profile(grant, enterpriseId) }, scene),
    }),
    // Slack says so in a body of status 200.
    refuse: error => Response.json({ ok: false, error }),
    routes: (app, scene) => routes(app, scene, enterpriseId),
  }
}

function routes(app: Hono, scene: Scene, enterpriseId: string | undefined): void {
  app.get('/openid/connect/keys', c => c.json(scene.signing.jwks()))
  app.on(['GET', 'POST'], userInfoPath, c => {
    const grant = scene.bearer(c)
    return c.json(
      grant ? { ok: true, ...profile(grant, enterpriseId) } : { ok: false, error: 'invalid_auth' },
    )
  })
}

function profile({ person, scope }: Grant, enterpriseId: string | undefined): Record<string, unknown> {
  const scopes = scope.split(' ')
  return {
    sub: person.slackId,
    'https://slack.com/user_id': person.slackId,
    'https://slack.com/team_id': parley.slack.teamId,
    ...(enterpriseId === undefined ? {} : { 'https://slack.com/enterprise_id': enterpriseId }),
    ...(scopes.includes('profile') ? { name: person.name } : {}),
    ...(scopes.includes('email') && person.email !== undefined
      ? { email: person.email, email_verified: person.emailVerified }
      : {}),
  }
}
