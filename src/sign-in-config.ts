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

/** `OIDC_ISSUER` stays as it is written: an issuer is compared letter by letter. */
export const signInVariables = <Url extends z.ZodType<string, string>>(url: Url) => {
  const service = (usual: string) => url.default(usual as z.util.NoUndefined<z.output<Url>>)
  return {
    SLACK_CLIENT_ID: credential,
    SLACK_CLIENT_SECRET: credential,
    SLACK_URL: service('https://slack.com'),
    DISCORD_CLIENT_ID: credential,
    DISCORD_CLIENT_SECRET: credential,
    DISCORD_URL: service('https://discord.com'),
    GITHUB_CLIENT_ID: credential,
    GITHUB_CLIENT_SECRET: credential,
    GITHUB_URL: service('https://github.com'),
    GITHUB_API_URL: url.optional(),
    KAKAO_CLIENT_ID: credential,
    KAKAO_CLIENT_SECRET: credential,
    KAKAO_URL: service('https://kauth.kakao.com'),
    KAKAO_API_URL: url.optional(),
    OIDC_ISSUER: url.optional(),
    OIDC_CLIENT_ID: credential,
    OIDC_CLIENT_SECRET: credential,
  }
}

const registrations = [
  ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET'],
  ['DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET'],
  ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
  ['KAKAO_CLIENT_ID', 'KAKAO_CLIENT_SECRET'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
] as const

export type SignInVariable = keyof ReturnType<typeof signInVariables>
export type SignInEnvironment = Readonly<Record<SignInVariable, string | undefined>>

/** Half a registration is a mistake: its button would lead nowhere. */
export function signInProblems(env: SignInEnvironment): readonly string[] {
  return registrations.flatMap(names => {
    const given = names.filter(name => env[name] !== undefined)
    const missing = given.length === 0 ? [] : names.filter(name => env[name] === undefined)
    return missing.map(name => `${name} is needed with ${given.join(' and ')}.`)
  })
}

export function signInConfig(env: SignInEnvironment): SignInConfig {
  const at = (id: string | undefined, secret: string | undefined, url: string | undefined) =>
    id && secret ? { clientId: id, clientSecret: secret, url: trimSlash(url ?? '') } : undefined
  const slack = at(env.SLACK_CLIENT_ID, env.SLACK_CLIENT_SECRET, env.SLACK_URL)
  const discord = at(env.DISCORD_CLIENT_ID, env.DISCORD_CLIENT_SECRET, env.DISCORD_URL)
  const github = at(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET, env.GITHUB_URL)
  const kakao = at(env.KAKAO_CLIENT_ID, env.KAKAO_CLIENT_SECRET, env.KAKAO_URL)
  const issuer = env.OIDC_ISSUER
  const oidc = at(env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET, issuer)
  return {
    ...(slack ? { slack } : {}),
    ...(discord ? { discord } : {}),
    ...(github
      ? { github: { ...github, apiUrl: trimSlash(env.GITHUB_API_URL ?? gitHubApiUrl(github.url)) } }
      : {}),
    ...(kakao ? { kakao: { ...kakao, apiUrl: trimSlash(env.KAKAO_API_URL ?? kakaoApiUrl(kakao.url)) } } : {}),
    ...(oidc && issuer ? { oidc: { clientId: oidc.clientId, clientSecret: oidc.clientSecret, issuer } } : {}),
  }
}

/** An Enterprise server has its API below its site. */
function gitHubApiUrl(site: string): string {
  return site === 'https://github.com' ? 'https://api.github.com' : `${site}/api/v3`
}

/** Kakao has two hosts; a stand-in is one. */
function kakaoApiUrl(site: string): string {
  return site === 'https://kauth.kakao.com' ? 'https://kapi.kakao.com' : site
}

function trimSlash(value: string): string {
  return value.replace(/\/+$/, '')
}
