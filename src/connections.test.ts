import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { chooseConnections, greeting, needsSandbox } from './connections.ts'

const standIns = {
  slack: { botToken: 'xoxb-practice', apiUrl: 'http://127.0.0.1:1/api/' },
  discord: { token: 'practice', apiUrl: 'http://127.0.0.1:1/discord/api' },
  model: { baseUrl: 'http://127.0.0.1:1/model/v1', name: 'parley-practice' },
}
const realSlack = { SLACK_BOT_TOKEN: 'xoxb-12345678', SLACK_APP_TOKEN: 'xapp-12345678' }

describe('what Parley connects to', () => {
  it('with nothing set, the stand-ins', () => {
    const links = chooseConnections(readConfig({}), standIns)
    expect(links.slack).toMatchObject({ practice: true, botToken: 'xoxb-practice' })
    expect(links.discord).toMatchObject({ practice: true })
    expect(links.model).toMatchObject({ practice: true, name: 'parley-practice' })
  })

  it('with a Slack token, Slack alone; the model stays for practice until one is set', () => {
    const config = readConfig(realSlack)
    const links = chooseConnections(config, standIns)
    expect(links.slack).toMatchObject({ practice: false, botToken: 'xoxb-12345678' })
    expect(links.discord).toBeUndefined()
    expect(links.model.practice).toBe(true)
    expect(needsSandbox(config)).toBe(true)
  })

  it('with a Slack token and the sandbox asked for, Discord is for practice beside it', () => {
    const links = chooseConnections(readConfig({ ...realSlack, SANDBOX: 'on' }), standIns)
    expect(links.slack?.practice).toBe(false)
    expect(links.discord?.practice).toBe(true)
  })

  it('with everything real, nothing of the sandbox is started', () => {
    const config = readConfig({ ...realSlack, OPENAI_API_KEY: 'sk-1' })
    expect(needsSandbox(config)).toBe(false)
    expect(chooseConnections(config, undefined).model).toMatchObject({ practice: false, apiKey: 'sk-1' })
  })
})

it('the greeting says which of these is practice, and no token', () => {
  const config = readConfig({ ...realSlack, SANDBOX: 'on', OPENAI_API_KEY: 'sk-secret' })
  const lines = greeting('http://127.0.0.1:3000', config, chooseConnections(config, standIns)).join('\n')
  expect(lines).toContain('Parley is at http://127.0.0.1:3000\n')
  expect(lines).toContain('http://127.0.0.1:3000/sandbox')
  expect(lines).toMatch(/Slack +connected/)
  expect(lines).toMatch(/Discord +practice/)
  expect(lines).toMatch(/Model +gpt-4.1-mini at api.openai.com/)
  expect(lines).not.toMatch(/xoxb|sk-secret/)
})
