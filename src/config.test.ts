import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

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
      SECRET_KEY: 'short',
    })
    expect(problems.map(problem => problem.split(' ')[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'SECRET_KEY',
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

  it.each(['0', '65535'])('port %s is taken', port => {
    expect(readConfig({ PORT: port }).port).toBe(Number(port))
  })

  it('port 65536 is not', () => {
    expect(problemsOf({ PORT: '65536' })).toHaveLength(1)
  })
})
