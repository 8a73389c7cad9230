import type { Config } from './config.ts'

/** Everything in a configuration that no line of a log may hold, however it got there. */
export function secretsOf(config: Config): readonly string[] {
  const { slack, discord, model, signIn, databaseUrl, accounts } = config
  return [
    slack?.botToken,
    slack?.appToken,
    slack?.signingSecret,
    discord?.token,
    model.apiKey,
    ...Object.values(signIn).map((service: { readonly clientSecret: string }) => service.clientSecret),
    ...(accounts.secretKeys ?? []),
    ...[databaseUrl, accounts.smtpUrl, model.proxyUrl].flatMap(passwordsIn),
  ].flatMap(secret => (secret ? [secret] : []))
}

/** As it is written, and as it is meant. */
function passwordsIn(url: string | undefined): readonly string[] {
  if (url === undefined) return []
  const { password } = new URL(url)
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    // A percent sign that stands for itself.
    return [password]
  }
}
