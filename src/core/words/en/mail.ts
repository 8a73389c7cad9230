/** What Parley writes to people. `place` is where it is reached, such as parley.example. */
export const mail = {
  hello: (name: string) => `Hello ${name},`,
  orOpen: 'If the button does nothing, open this address:',
  footer: (place: string) => `This mail was sent by Parley at ${place}.`,
  confirm: {
    subject: 'Confirm your e-mail address',
    body: (place: string) =>
      `someone, probably you, registered at Parley (${place}) with this address. Confirm it, and you can ask Parley anything.`,
    button: 'Confirm this address',
    after:
      'The link is good for three days. If it was not you, do nothing: without it the account stays limited.',
  },
  change: {
    subject: 'Confirm your new e-mail address',
    body: (place: string) => `you asked Parley (${place}) to use this address from now on.`,
    button: 'Use this address',
    after:
      'The link is good for one day. Until you open it, your old address stays. If it was not you, do nothing.',
  },
  reset: {
    subject: 'Set a new password',
    body: (place: string) => `someone, probably you, asked to set a new password at Parley (${place}).`,
    button: 'Set a new password',
    after:
      'The link is good for one hour and can be used once. If it was not you, do nothing: your password stays.',
  },
  news: {
    email_changed: {
      subject: 'Your e-mail address was changed',
      body: (place: string, detail: string) =>
        `your account at Parley (${place}) now uses ${detail}. If it was not you, answer an admin of Parley at once: this address cannot undo it.`,
    },
    password_changed: {
      subject: 'Your password was changed',
      body: (place: string) =>
        `the password of your account at Parley (${place}) was changed, and every other device was signed out. If it was not you, set a new one now with “Forgot password”.`,
    },
    session_stolen: {
      subject: 'A sign-in of yours was used twice',
      body: (place: string) =>
        `a sign-in of your account at Parley (${place}) was used from two places, as when it has been copied. To be safe it was ended everywhere. Sign in again; if you do not know why this happened, set a new password.`,
    },
    account_deleted: {
      subject: 'Your account was deleted',
      body: (place: string) =>
        `your account at Parley (${place}) was deleted, as you asked. Nothing more will come to this address.`,
    },
    identity_linked: {
      subject: 'An account was linked to yours',
      body: (place: string, detail: string) =>
        `${detail} is now linked to your account at Parley (${place}). If it was not you, remove it on your profile and set a new password.`,
    },
    identity_unlinked: {
      subject: 'An account is no longer linked to yours',
      body: (place: string, detail: string) =>
        `${detail} is no longer linked to your account at Parley (${place}).`,
    },
    quota_asked: {
      subject: 'Somebody asks for more',
      body: (place: string) =>
        `somebody has used up a limit at Parley (${place}) and asks for more. You can decide it there, under Admin, Quotas.`,
    },
    api_key_made: {
      subject: 'An API key was made for your account',
      body: (place: string, detail: string) =>
        `an API key called “${detail}” was made for your account at Parley (${place}). If it was not you, revoke it under API keys on your profile and set a new password.`,
    },
  },
}
