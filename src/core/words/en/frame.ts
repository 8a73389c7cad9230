import type { NoticeDetail } from '../../notice.ts'
import { platformOf } from '../../thread.ts'
import { linking } from './linking.ts'
import { quota } from './quota.ts'

/** With what the notice's detail names, where it names something. */
type Told = string | ((detail: NoticeDetail) => string)

const unitOf = ({ unit }: NoticeDetail) => (unit === 'tokens' || unit === 'costMicros' ? unit : 'requests')
const serviceOf = ({ platform }: NoticeDetail) => linking.service(platformOf(platform))

export const frame = {
  skipToContent: 'Skip to content',
  mainNavigation: 'Main',
  dialogues: 'Dialogues',
  chats: 'Chats',
  newChat: 'New chat',
  search: 'Search everything you can see',
  searchShort: 'Search everything',
  account: 'Account',
  profile: 'Profile',
  settings: 'Settings',
  usage: 'Your usage',
  published: 'Public dialogues',
  administration: 'Administration',
  sandbox: 'Sandbox (practice)',
  logIn: 'Log in',
  logOut: 'Log out',
  confirmAddress: (email: string) =>
    `Confirm ${email} with the link we sent there. Until then you can look around, and Parley answers nothing yet.`,
  sendAgain: 'Send it again',
  practice: 'Slack and Discord are practice here: stand-ins on this machine.',
  openSandbox: 'Open the sandbox',
  light: 'Light',
  dark: 'Dark',
  close: 'Close',
  toTheChats: 'To the chats',
  errorTitle: 'That did not work',
  nothingTitle: 'Nothing here',
  reference: (id: string) => `If you ask for help, name ${id}.`,
  choosePassword: 'Change password',
  /** Shown once after a redirect, by the key in its address. A key as that of `told` stands for the same. */
  notices: {
    policySaved: 'The policy is saved and holds from the next message on.',
    retentionSaved: 'The rule is saved.',
    retentionRemoved: 'The rule is removed.',
    administrationSaved: 'The settings are saved.',
    welcome: 'Welcome. Look for our mail and press the button in it to confirm your address.',
    emailConfirmed: 'Your address is confirmed. You can ask Parley now.',
    confirmSent: 'We sent another link. It works for one day.',
    confirmSentIfAny: 'If that address waits to be confirmed, a new link is on its way.',
    resetSent: 'If that address has an account, a link to set a new password is on its way.',
    loggedOut: 'You are logged out.',
    loggedOutEverywhere: 'You are logged out on every device.',
    sessionEnded: 'Your session ended. Log in to go on where you were.',
    deviceEnded: 'That device is logged out.',
    passwordChanged: 'Your password is changed. Your other devices are logged out.',
    passwordReset: 'Your password is changed. Log in with the new one.',
    emailChangeSent: 'Open the link we sent to the new address. Until then the old one stays.',
    emailChanged: 'Your address is changed.',
    profileSaved: 'Your profile is saved.',
    pictureSaved: 'Your picture is saved.',
    pictureRemoved: 'Your picture is removed.',
    settingsSaved: 'Your settings are saved.',
    serviceLinked: 'The account is linked. It signs you in from now on, too.',
    loginRemoved: 'That account no longer signs you in.',
    addAddress:
      'Welcome. Add your e-mail in your profile: until it is confirmed you can look around, and Parley answers nothing yet.',
    accountDeleted: 'Your account is deleted. We are sorry to see you go.',
    identityLinked: 'Your accounts are linked.',
    identityUnlinked: 'The account is no longer linked.',
    published: 'The dialogue is published.',
    unpublished: 'The dialogue is no longer public.',
    agentSaved: 'The draft is saved. Publish it, and it answers.',
    agentPublished: 'Published. The next answer uses it.',
    agentArchived: 'The agent is archived. It answers nobody.',
    agentRestored: 'The agent is back.',
    agentPlaceSaved: 'Saved. It holds from the next answer on.',
    limitsSaved: 'The limits are saved. They hold from the next question on.',
    moreGranted: 'Granted. Whoever asked is told.',
    moreDeclined: 'Declined. Whoever asked is told.',
    moreAnswered: 'Somebody else answered this request before you.',
    priceSaved: 'The price is saved. It holds from now on.',
    quotaSent: quota.sent,
    quotaSentBefore: quota.sentBefore,
    providerSaved: 'The provider is saved. It is asked within seconds.',
    providerRemoved: 'The provider is removed, and its key with it.',
    becameOwner: 'You are the owner of this Parley now.',
    apiKeyRevoked: 'The key is revoked. Nothing gets in with it any more.',
    glassOpened: 'You can read this dialogue now. Everybody in it was told.',
    roleChanged: 'The role is changed.',
    workspaceRoleChanged: 'The role in that workspace is changed.',
    memberSuspended: 'The member is suspended and signed out everywhere.',
    memberUnsuspended: 'The member can sign in again.',
    sessionsEnded: 'They are signed out.',
    glassClosed: 'The dialogue is closed again.',
    workspaceClaimed: 'You manage this workspace now.',
  },
  /** What happened to a person's account while they were away, by the kind of the notice. */
  told: {
    email_confirmed: 'Your address is confirmed. You can ask Parley now.',
    email_changed: 'Your address is changed.',
    password_changed: 'Your password was changed.',
    password_reset: 'Your password was set anew by a link from your mail.',
    session_stolen:
      'One of your sessions was used from two places, so we ended it. If that was not you, change your password.',
    became_owner: 'You are an owner of this Parley now.',
    became_admin: 'You are an admin of this Parley now.',
    became_auditor: 'You are an auditor of this Parley now: you read its numbers, and nothing that was said.',
    became_member: 'You no longer manage this Parley.',
    identity_linked: detail =>
      `A ${serviceOf(detail)} account was linked to you. If that was not you, unlink it on your profile.`,
    identity_unlinked: detail => `A ${serviceOf(detail)} account is no longer linked to you.`,
    api_key_made: detail =>
      `An API key called “${String(detail['name'])}” was made for you. If that was not you, revoke it under API keys on your profile.`,
    glass_broken:
      'An administrator opened a dialogue that you are in for reading, for a limited time and on record.',
    quota_warning: detail =>
      quota.warned(
        unitOf(detail),
        Number(detail['used']),
        Number(detail['limit']),
        detail['period'] === 'month' ? 'month' : 'day',
      ),
    quota_asked: quota.asked,
    quota_granted: detail => quota.granted(unitOf(detail), Number(detail['amount'])),
    quota_declined: quota.declined,
  } satisfies Record<string, Told>,
}
