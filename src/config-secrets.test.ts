import { expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { secretsOf } from './config-secrets.ts'

it('are all that a configuration holds, passwords in addresses too', () => {
  const services = ['SLACK', 'DISCORD', 'GITHUB', 'KAKAO', 'OIDC']
  const clients = services.map(name => [
    [`${name}_CLIENT_ID`, `${name}-id`],
    [`${name}_CLIENT_SECRET`, `${name}-planted`],
  ])
  const config = readConfig({
    ...Object.fromEntries(clients.flat()),
    OIDC_ISSUER: 'https://issuer.example',
    SLACK_BOT_TOKEN: 'xoxb-planted-1',
    SLACK_APP_TOKEN: 'xapp-planted-2',
    SLACK_SIGNING_SECRET: 'planted-signing-secret',
    DISCORD_TOKEN: 'planted-3.planted.planted-4',
    OPENAI_API_KEY: 'sk-planted',
    OPENAI_PROXY_URL: 'http://ada:planted-5@proxy.example:3128',
    DATABASE_URL: 'postgres://ada:planted%2F6@db.example/parley',
    SMTP_URL: 'smtp://ada:planted%zz@mail.example',
    SECRET_KEY: `planted-${'k'.repeat(32)}`,
  })
  expect(new Set(secretsOf(config))).toEqual(
    new Set([
      ...services.map(name => `${name}-planted`),
      'xoxb-planted-1',
      'xapp-planted-2',
      'planted-signing-secret',
      'planted-3.planted.planted-4',
      'sk-planted',
      'planted-5',
      'planted%2F6',
      'planted/6',
      'planted%zz',
      `planted-${'k'.repeat(32)}`,
    ]),
  )
})
