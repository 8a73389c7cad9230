import type { Platform } from '../../thread.ts'

const services: Record<Platform, string> = { slack: 'Slack', discord: 'Discord', web: 'Parley' }

export const linking = {
  service: (platform: Platform) => services[platform],
  title: 'Link your accounts',
  about: 'Both are yours? Then Parley shows what you said here and there in one place.',
  theirs: (platform: Platform) => `On ${services[platform]}`,
  yours: 'On the web',
  workspace: (name: string) => `in ${name}`,
  member: (nickname: string, username: string) => `${nickname} (${username})`,
  warning: 'Link only an account that is your own: whoever has it finds your dialogues, and you find theirs.',
  link: 'Link them',
  cancel: 'Do nothing',
  signInAbout: 'Log in or register, and you come back here. The link waits, for ten minutes in all.',
  logIn: 'Log in',
  register: 'Register',
  alreadyTitle: 'Already linked',
  already: (name: string) => `${name} is linked to you already. There is nothing left to do.`,
  elsewhereTitle: 'Linked to someone else',
  elsewhere: (name: string) =>
    `${name} is linked to another member of Parley, and stays there. If that is you too, log in as that member or send Parley the command unlink from that account, then ask for a new link.`,
  staleTitle: 'This link does nothing any more',
  spent: 'It was used. A link works once.',
  old: 'It is older than ten minutes.',
  unknown: 'It is not one of ours, or a newer one replaced it.',
  again: 'For a new one, send Parley /parley link in Slack, or /link in Discord.',
  tooMany: 'Too many tries. Wait a quarter of an hour, then ask for a new link.',
  toProfile: 'To your profile',
  cardTitle: 'Linked accounts',
  cardAbout: 'What you say with these is yours here too.',
  none: 'None yet. Send Parley /parley link in Slack, or /link in Discord, and follow the link it answers with.',
  more: 'To link another, send Parley /parley link in Slack, or /link in Discord.',
  manage: 'Do you administer a workspace there? Manage it here',
  withService: (name: string) => `Link ${name}`,
  unlink: 'Unlink',
  unlinkNamed: (name: string, service: string) => `Unlink ${name} (${service})`,
}
