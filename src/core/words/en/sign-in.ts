import type { SignInRefusal } from '../../sign-in-with.ts'

const refused: Readonly<Record<SignInRefusal, (service: string) => string>> = {
  stale: () =>
    'This sign-in was already used, took longer than ten minutes, or began in another browser. Begin again.',
  cancelled: service => `You did not agree at ${service}, so nothing changed.`,
  unavailable: service =>
    `${service} cannot be asked right now. Try again in a few minutes, or come in another way.`,
  not_proven: service =>
    `What came back from ${service} does not belong to this sign-in, so nothing was done. Begin again.`,
  email_taken: service =>
    `There is an account here with the e-mail that ${service} told us. Log in to it, then link ${service} in your profile: an address alone opens no account.`,
  account_taken: service =>
    `This ${service} account is linked to another account here. Log in to that one, or unlink it there first. Nothing was moved.`,
  login_taken: service =>
    `This ${service} account signs in to another account here. Log in to that one, or remove it there first. Nothing was moved.`,
  other_account: service =>
    `You came back from ${service} as somebody else than who asked for this link, so nothing was linked. If someone sent you the link, do not use it.`,
  other_member: () => 'You are no longer signed in as who began. Log in and begin again.',
  suspended: () => 'This account is suspended. Ask an administrator.',
  code_stale: service =>
    `This link was already used or is older than ten minutes. Ask Parley for a new one in ${service}.`,
}

export const signIn = {
  title: (service: string) => `Sign in with ${service}`,
  linkTitle: (service: string) => `Link ${service}`,
  linkAbout: (service: string, nickname: string) =>
    `${service} asks who you are there. From then on that account belongs to ${nickname} here, and signs you in, too.`,
  proveTitle: (service: string) => `Show that it is you at ${service}`,
  away: (service: string) => `You go to ${service} and come right back. If nothing happens, use the button.`,
  goOn: (service: string) => `Go on to ${service}`,
  again: 'Begin again',
  logIn: 'Log in',
  backToProfile: 'Back to your profile',
  refused,
  waysTitle: 'Other ways to sign in',
  waysAbout:
    'Accounts elsewhere that sign you in here. Those of Slack and Discord are also who you are there.',
  waysNone: 'None yet.',
  link: (service: string) => `Link ${service}`,
  linkAnother: (service: string) => `Link another account of ${service}`,
  remove: 'Remove',
  removeNamed: (service: string, label: string) => `Remove ${label} of ${service}`,
  lastWayIn: 'This is your only way in. Set a password first, then remove it.',
  tooMany: (minutes: number) =>
    minutes <= 1
      ? 'Too many sign-ins were begun from your address. Try again in a minute.'
      : `Too many sign-ins were begun from your address. Try again in ${minutes} minutes.`,
  unknownTitle: 'There is no such service here',
  unknown: 'This Parley is not set up for it. Come in another way.',
}
