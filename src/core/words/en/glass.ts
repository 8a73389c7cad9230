import type { Platform } from '../../thread.ts'

const places: Record<Platform, string> = { slack: 'Slack', discord: 'Discord', web: 'the web' }

export const glass = {
  about:
    'Reading a dialogue of others: for a reason, for at most an hour, on record, and everybody in it is told.',
  now: 'Open now',
  noneNow: 'No dialogue is open to anybody who is not in it.',
  past: 'Before',
  nonePast: 'No dialogue was ever opened.',
  newTitle: 'Open a dialogue',
  dialogue: 'Dialogue',
  dialogueHint: 'Its address, as in /chats/…, or its id.',
  unknown: 'There is no dialogue at this address.',
  open: 'Open it and tell everybody in it',
  read: 'Read it',
  close: 'Close now',
  closeNamed: (name: string) => `Close now: opened by ${name}`,
  by: (name: string) => `Opened by ${name}`,
  at: 'from',
  until: 'until',
  direct: (platform: Platform) => `A direct message on ${places[platform]}`,
  onWeb: 'A dialogue of the web',
  inChannel: (platform: Platform, name: string) => `${name} on ${places[platform]}`,
}
