import { describe, expect, it } from 'vitest'
import { sentenceOfDecision } from './catalogue.ts'
import { decide } from './decision.ts'
import type { InboundMessage } from './inbound.ts'

const said: InboundMessage = {
  kind: 'message',
  key: 'message:1',
  thread: { platform: 'web', workspaceId: 'acme', channelId: 'support', threadId: '1' },
  messageRef: '1',
  author: { platform: 'web', realm: 'acme', userId: 'ada', name: 'Ada' },
  text: 'what changed?',
  sentAtMs: 0,
  direct: false,
  mentionsParley: false,
  inThread: false,
  files: [],
}
const strange = { joined: false, otherSpeakers: 0 }
const alone = { joined: true, otherSpeakers: 0 }
const withGrace = { joined: true, otherSpeakers: 1 }

describe('Parley speaks', () => {
  it.each([
    ['to a direct message', { ...said, direct: true }, strange, 'direct_message'],
    ['when it is mentioned', { ...said, mentionsParley: true }, strange, 'mention'],
    ['when it is mentioned among several people', { ...said, mentionsParley: true }, withGrace, 'mention'],
    ['to a reply to it', { ...said, repliesTo: { messageRef: '0', toParley: true } }, withGrace, 'reply'],
    ['to a follow-up while Ada is alone with it', said, alone, 'follow_up'],
    [
      'to files without a word, when it is addressed',
      { ...said, direct: true, text: '', files: ['log.txt'] },
      strange,
      'direct_message',
    ],
  ] as const)('%s', (_when, message, standing, reason) => {
    expect(decide(message, standing)).toEqual({ outcome: 'answered', reason })
  })
})

describe('Parley keeps quiet', () => {
  it.each([
    ['in a thread it was not asked into', said, strange, 'not_joined'],
    ['once a second person speaks', said, withGrace, 'others_speaking'],
    [
      'when Ada replies to Grace in a thread it has not joined',
      { ...said, repliesTo: { messageRef: '0', toParley: false } },
      strange,
      'not_joined',
    ],
    ['when there is nothing in the message', { ...said, direct: true, text: '  ' }, strange, 'empty'],
  ] as const)('%s, and can say why', (_when, message, standing, reason) => {
    const decision = decide(message, standing)
    expect(decision).toEqual({ outcome: 'ignored', reason })
    expect(sentenceOfDecision(decision)).toMatch(/\.$/)
  })
})
