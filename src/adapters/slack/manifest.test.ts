import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { audienceTypes } from './audience-events.ts'

const manifest = JSON.parse(readFileSync(new URL('manifest.json', import.meta.url), 'utf8'))
const sources = [
  'anchor',
  'audience',
  'history',
  'home',
  'installation',
  'outcomes',
  'part-calls',
  'people',
  'slack',
  'status',
  'user',
].map(name => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8'))

/** The scope that each method Parley calls needs, from Slack's reference; one of a list is enough per kind of channel. */
const scopes: Record<string, readonly string[]> = {
  'auth.test': [],
  'chat.startStream': ['chat:write'],
  'chat.appendStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'agents.sessions.setStatus': ['chat:write'],
  'assistant.threads.setStatus': ['chat:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.open': ['im:write'],
  'conversations.members': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'users.conversations': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'users.info': ['users:read'],
  'views.publish': [],
}

describe('the manifest', () => {
  it('asks for the scopes of every method that is called', () => {
    const called = sources.flatMap(source =>
      [...source.matchAll(/'((?:agents|assistant|auth|chat|conversations|users|views)\.[A-Za-z.]+)'/g)].map(
        match => match[1] ?? '',
      ),
    )
    expect([...new Set(called)].toSorted()).toEqual(Object.keys(scopes).toSorted())
    const needed = new Set(called.flatMap(method => scopes[method] ?? []))
    expect(manifest.oauth_config.scopes.bot).toEqual(expect.arrayContaining([...needed]))
  })

  it('subscribes to what Parley hears, and to Slack’s Stop button, which shows only then', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(
      expect.arrayContaining([
        'agent_session_stopped',
        'app_mention',
        ...audienceTypes,
        'message.channels',
        'message.groups',
        'message.im',
        'message.mpim',
      ]),
    )
  })

  it('keeps within Slack’s lengths', () => {
    expect(manifest.features.agent_view.agent_description.length).toBeLessThanOrEqual(300)
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140)
  })
})
