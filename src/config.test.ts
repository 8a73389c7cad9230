import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, variableNames } from './config.ts'

const problemsOf = (env: Record<string, string>) => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('with nothing set', () => {
  it('everything is for practice, on the loopback address', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      model: { name: 'parley-practice' },
      sandbox: { on: true },
      logLevel: 'info',
    })
    expect(config.slack).toBeUndefined()
    expect(config.discord).toBeUndefined()
    expect(config.databaseUrl).toBeUndefined()
  })

  it('an empty variable counts as absent', () => {
    expect(readConfig({ SLACK_BOT_TOKEN: '', DATABASE_URL: '  ' })).toEqual(readConfig({}))
  })
})

describe('real services', () => {
  it('a Slack token turns the sandbox off, unless it is asked for', () => {
    const slack = { SLACK_BOT_TOKEN: 'xoxb-12345678', SLACK_APP_TOKEN: 'xapp-12345678' }
    expect(readConfig(slack).sandbox.on).toBe(false)
    expect(readConfig({ ...slack, SANDBOX: 'on' }).sandbox.on).toBe(true)
    expect(readConfig(slack).slack?.apiUrl).toBe('https://slack.com/api/')
  })

  it('a key alone means OpenAI; a base URL needs to be told which model', () => {
    expect(readConfig({ OPENAI_API_KEY: 'sk-1' }).model.baseUrl).toBe('https://api.openai.com/v1')
    expect(problemsOf({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })).toEqual([
      'OPENAI_MODEL is needed with OPENAI_BASE_URL.',
    ])
  })

  it('the proxy of the environment serves when none is named for the model', () => {
    const env = { OPENAI_API_KEY: 'sk-1', HTTPS_PROXY: 'http://proxy:3128' }
    expect(readConfig(env).model.proxyUrl).toBe('http://proxy:3128')
    expect(readConfig({ ...env, OPENAI_PROXY_URL: 'http://own:1' }).model.proxyUrl).toBe('http://own:1')
    const local = { ...env, OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1', OPENAI_MODEL: 'local' }
    expect(readConfig(local).model.proxyUrl).toBeUndefined()
  })
})

describe('services to sign in with', () => {
  const registered = (name: string) => ({ [`${name}_CLIENT_ID`]: 'id', [`${name}_CLIENT_SECRET`]: 'secret' })
  const client = { clientId: 'id', clientSecret: 'secret' }

  it('are those with id and secret, at their own addresses', () => {
    expect(readConfig({}).signIn).toEqual({})
    const all = ['SLACK', 'DISCORD', 'GITHUB', 'KAKAO', 'OIDC'].map(registered)
    const env = Object.assign({ OIDC_ISSUER: 'https://issuer.example/' }, ...all) as Record<string, string>
    expect(readConfig(env).signIn).toEqual({
      slack: { ...client, url: 'https://slack.com' },
      discord: { ...client, url: 'https://discord.com' },
      github: { ...client, url: 'https://github.com', apiUrl: 'https://api.github.com' },
      kakao: { ...client, url: 'https://kauth.kakao.com', apiUrl: 'https://kapi.kakao.com' },
      oidc: { ...client, issuer: 'https://issuer.example/' },
    })
  })

  it('can be at other addresses', () => {
    const github = { ...registered('GITHUB'), GITHUB_URL: 'https://git.example/' }
    expect(readConfig(github).signIn.github).toMatchObject({
      url: 'https://git.example',
      apiUrl: 'https://git.example/api/v3',
    })
    const apart = { ...github, GITHUB_API_URL: 'https://api.git.example/' }
    expect(readConfig(apart).signIn.github?.apiUrl).toBe('https://api.git.example')
    const slack = { ...registered('SLACK'), SLACK_URL: 'http://127.0.0.1:4010' }
    expect(readConfig(slack).signIn.slack?.url).toBe('http://127.0.0.1:4010')
  })
})

describe('a wrong configuration', () => {
  it('every problem is told at once, each naming its variable', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      PUBLIC_URL: 'parley.example',
      DATABASE_URL: 'mysql://db',
      SLACK_BOT_TOKEN: 'xapp-12345678',
      DISCORD_TOKEN: 'secret',
      SANDBOX: 'maybe',
      LOG_LEVEL: 'loud',
      SECRET_KEY: `${'k'.repeat(32)},short`,
      SMTP_URL: 'mail.example',
      MAIL_FROM: 'Parley <nobody>',
      ALLOWED_ORIGINS: 'https://chat.example,https://chat.example/path',
      TRUSTED_PROXIES: '10.0.0.0/33',
      ADMIN_EMAILS: 'ada@example.com grace@example.com',
    })
    expect(problems.map(problem => problem.split(' ')[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'SECRET_KEY',
      'SMTP_URL',
      'MAIL_FROM',
      'ALLOWED_ORIGINS',
      'TRUSTED_PROXIES',
      'ADMIN_EMAILS',
      'SLACK_BOT_TOKEN',
      'DISCORD_TOKEN',
      'SANDBOX',
      'LOG_LEVEL',
    ])
  })

  it('no problem repeats a secret', () => {
    const problems = problemsOf({ SLACK_BOT_TOKEN: 'my-secret-token', DISCORD_TOKEN: 'my-secret-token' })
    expect(problems).toHaveLength(2)
    expect(problems.join('\n')).not.toContain('my-secret-token')
  })

  it('half of a Slack connection is refused with what is missing', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN: 'xoxb-12345678' })[0]).toContain('SLACK_APP_TOKEN')
    expect(problemsOf({ SLACK_APP_TOKEN: 'xapp-12345678' })[0]).toContain('SLACK_BOT_TOKEN')
  })

  it('half of a registration at a service is refused with what is missing', () => {
    expect(problemsOf({ GITHUB_CLIENT_ID: 'id' })).toEqual([
      'GITHUB_CLIENT_SECRET is needed with GITHUB_CLIENT_ID.',
    ])
    expect(problemsOf({ OIDC_CLIENT_SECRET: 'secret', OIDC_CLIENT_ID: 'id' })).toEqual([
      'OIDC_ISSUER is needed with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.',
    ])
    expect(problemsOf({ KAKAO_URL: 'kauth', KAKAO_CLIENT_ID: 'two words' })).toEqual([
      'KAKAO_CLIENT_ID must not contain spaces.',
      'KAKAO_URL must be a URL starting with http:// or https://.',
    ])
  })

  it.each(['0', '65535'])('port %s is taken', port => {
    expect(readConfig({ PORT: port }).port).toBe(Number(port))
  })

  it('port 65536 is not', () => {
    expect(problemsOf({ PORT: '65536' })).toHaveLength(1)
  })
})

describe('accounts', () => {
  const key = 'k'.repeat(32)

  it('without anything set: a key of its own, an outbox, nobody from elsewhere', () => {
    expect(readConfig({}).accounts).toEqual({
      mailFrom: 'Parley <parley@localhost>',
      allowedOrigins: [],
      trustedProxies: [],
      adminEmails: [],
    })
    expect(readConfig({ PUBLIC_URL: 'https://parley.example/' }).accounts.mailFrom).toBe(
      'Parley <parley@parley.example>',
    )
  })

  it('lists are separated by commas', () => {
    expect(
      readConfig({
        SECRET_KEY: `${key}, ${key}2`,
        ALLOWED_ORIGINS: 'https://Chat.example/, http://127.0.0.1:8080',
        TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,fd00::/8',
        ADMIN_EMAILS: 'Ada@Example.com,grace@example.com,',
      }).accounts,
    ).toMatchObject({
      secretKeys: [key, `${key}2`],
      allowedOrigins: ['https://chat.example', 'http://127.0.0.1:8080'],
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      adminEmails: ['ada@example.com', 'grace@example.com'],
    })
  })

  it('a database that several processes share needs a key that they share', () => {
    const shared = { DATABASE_URL: 'postgres://db.example/parley' }
    expect(problemsOf(shared)).toEqual([expect.stringMatching(/^SECRET_KEY /)])
    expect(problemsOf({ ...shared, SECRET_KEY: key })).toEqual([])
    expect(readConfig(shared, { serves: false }).databaseUrl).toBe(shared.DATABASE_URL)
  })

  it.each([
    '*',
    'null',
    'chat.example',
    'https://chat.example?x',
    'ftp://chat.example',
    'https://a@chat.example',
  ])('%s is no origin', ALLOWED_ORIGINS => {
    expect(problemsOf({ ALLOWED_ORIGINS })).toHaveLength(1)
  })
})

it('.env.example has everything that can be set, and nothing else', () => {
  const example = readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8')
  const named = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(new Set(named)).toEqual(new Set(variableNames))
  expect(named.length).toBe(variableNames.length)
})
