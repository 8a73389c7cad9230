import type { IdentityProvider } from '../../core/identity-provider.ts'
import { createDiscordSignIn, type DiscordSignInOptions } from './discord-sign-in.ts'
import { createGitHubSignIn, type GitHubSignInOptions } from './github-sign-in.ts'
import { createKakaoSignIn, type KakaoSignInOptions } from './kakao-sign-in.ts'
import { createOidcSignIn, type OidcSignInOptions } from './oidc-sign-in.ts'
import { createSlackSignIn, type SlackSignInOptions } from './slack-sign-in.ts'

/** The services that this Parley is registered at. */
export interface SignInServices {
  readonly slack?: SlackSignInOptions
  readonly discord?: DiscordSignInOptions
  readonly github?: GitHubSignInOptions
  readonly kakao?: KakaoSignInOptions
  readonly oidc?: OidcSignInOptions
}

/** Those that are configured, in the order in which a page offers them. */
export function createIdentityProviders({
  slack,
  discord,
  github,
  kakao,
  oidc,
}: SignInServices): readonly IdentityProvider[] {
  return [
    slack && createSlackSignIn(slack),
    discord && createDiscordSignIn(discord),
    github && createGitHubSignIn(github),
    kakao && createKakaoSignIn(kakao),
    oidc && createOidcSignIn(oidc),
  ].filter(provider => provider !== undefined)
}
