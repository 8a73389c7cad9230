import { z } from 'zod'

/** The services people can sign in with: those whose id and secret are set. */
export interface SignInConfig {
  readonly slack?: ServiceConfig
  readonly discord?: ServiceConfig
  readonly github?: ServiceConfig & { readonly apiUrl: string }
  readonly kakao?: ServiceConfig & { readonly apiUrl: string }
  readonly oidc?: Omit<ServiceConfig, 'url'> & { readonly issuer: string }
}

export interface ServiceConfig {
  readonly clientId: string
  readonly clientSecret: string
  readonly url: string
}

const credential = z
  .string()
  .trim()
  .regex(/^[^\s\p{Cc}]+$/u, 'must not contain spaces')
  .optional()

/** `url` is how an address has to look. */
export const signInVariables = <Url extends z.ZodType<string>>(url: Url) => ({
  SLACK_CLIENT_ID: credential,
  SLACK_CLIENT_SECRET: credential,
  SLACK_URL: url.optional(),
  DISCORD_CLIENT_ID: credential,
  DISCORD_CLIENT_SECRET: credential,
  DISCORD_URL: url.optional(),
  GITHUB_CLIENT_ID: credential,
  GITHUB_CLIENT_SECRET: credential,
  GITHUB_URL: url.optional(),
  GITHUB_API_URL: url.optional(),
  KAKAO_CLIENT_ID: credential,
  KAKAO_CLIENT_SECRET: credential,
  KAKAO_URL: url.optional(),
  KAKAO_API_URL: url.optional(),
  OIDC_ISSUER: url.optional(),
  OIDC_CLIENT_ID: credential,
  OIDC_CLIENT_SECRET: credential,
})

const registrations = [
  ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET'],
  ['DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET'],
  ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
  ['KAKAO_CLIENT_ID', 'KAKAO_CLIENT_SECRET'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
] as const

export type SignInEnvironment = {
  readonly [Name in keyof ReturnType<typeof signInVariables>]?: string | undefined
}

/** Half a registration is a mistake: its button would lead nowhere. */
export function signInProblems(env: SignInEnvironment): readonly string[] {
  return registrations.flatMap(names => {
    const given = names.filter(name => env[name] !== undefined)
    const missing = given.length === 0 ? [] : names.filter(name => env[name] === undefined)
    return missing.map(name => `${name} is needed with ${given.join(' and ')}.`)
  })
}

export function signInConfig(env: SignInEnvironment): SignInConfig {
  const slack = at(env.SLACK_CLIENT_ID, env.SLACK_CLIENT_SECRET, env.SLACK_URL ?? 'https://slack.com')
  const discord = at(
    env.DISCORD_CLIENT_ID,
    env.DISCORD_CLIENT_SECRET,
    env.DISCORD_URL ?? 'https://discord.com',
  )
  const github = at(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET, env.GITHUB_URL ?? gitHub.site)
  const kakao = at(env.KAKAO_CLIENT_ID, env.KAKAO_CLIENT_SECRET, env.KAKAO_URL ?? kakaoHosts.site)
  const oidc = at(env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET, env.OIDC_ISSUER)
  return {
    ...(slack ? { slack } : {}),
    ...(discord ? { discord } : {}),
    ...(github ? { github: { ...github, apiUrl: apiOf(github.url, env.GITHUB_API_URL, gitHub) } } : {}),
    ...(kakao ? { kakao: { ...kakao, apiUrl: apiOf(kakao.url, env.KAKAO_API_URL, kakaoHosts) } } : {}),
    ...(oidc && env.OIDC_ISSUER ? { oidc: withIssuer(oidc, env.OIDC_ISSUER) } : {}),
  }
}

/** Where a service has its API, beside its own site and beside any other. */
interface Hosts {
  readonly site: string
  readonly api: string
  readonly below: string
}

/** An Enterprise server has its API below its site. */
const gitHub: Hosts = { site: 'https://github.com', api: 'https://api.github.com', below: '/api/v3' }
const kakaoHosts: Hosts = { site: 'https://kauth.kakao.com', api: 'https://kapi.kakao.com', below: '' }

function apiOf(site: string, told: string | undefined, usual: Hosts): string {
  return trimSlash(told ?? (site === usual.site ? usual.api : `${site}${usual.below}`))
}

function at(clientId: string | undefined, clientSecret: string | undefined, url: string | undefined) {
  return clientId && clientSecret && url ? { clientId, clientSecret, url: trimSlash(url) } : undefined
}

/** As it was written: issuers are compared letter by letter. */
function withIssuer({ clientId, clientSecret }: ServiceConfig, issuer: string) {
  return { clientId, clientSecret, issuer }
}

function trimSlash(value: string): string {
  return value.replace(/\/+$/, '')
}
