import type { FieldProblem } from '../../field-problem.ts'
import { maxPasswordLength, minPasswordLength } from '../../password.ts'

export const problems = {
  notFound: 'There is nothing at this address.',
  internal: 'Something went wrong inside Parley.',
  invalid: 'Some of that cannot be taken as it is. See what is said beside each field.',
  notJson: 'Send this as JSON, with the content type application/json.',
  tooLarge: 'That is more than can be taken at once.',
  unauthenticated: 'Sign in first.',
  invalidCredentials: 'That e-mail and password do not belong together. Check both, or set a new password.',
  suspended: 'This account is suspended. Ask an admin.',
  unconfirmed: 'Confirm your e-mail address first: open the link in the mail we sent you.',
  forbidden: 'This is not open to you.',
  scope: (scopes: string) =>
    `This API key may not do that: it takes one with the scope ${scopes}. Make one under API keys on your profile.`,
  noKey: 'No API key may do this. Sign in instead.',
  inFlight: 'The first of these requests is still under way. Ask again in a moment.',
  replyGone: 'This was done already, and its reply is not kept. Look at what is there now.',
  notPicture: 'Send a picture as it is, with a content type such as image/png.',
  wrongMethod: 'This address does not take that method.',
  foreignOrigin: 'This came from a page that is not Parley’s, so nothing was done.',
  tokenInvalid: 'This link is used up or too old. Ask for a new one.',
  emailTaken: 'There is an account with this e-mail already. Sign in, or set a new password.',
  usernameTaken: 'That username is taken. Choose another.',
  conflict: 'Someone else changed this meanwhile. Look again, then try once more.',
  quotaExceeded: 'There is no allowance left for this right now.',
  notAllowed: 'Your admins have not opened this to you. Ask one of them.',
  linkNeeded: 'Only linked accounts may ask here. Link yours under Profile, then ask again.',
  moderated: 'That did not pass what is allowed here. Ask in other words.',
  unavailable: 'Parley cannot do this right now. Try again in a minute.',
  rateLimited: (minutes: number) =>
    minutes <= 1
      ? 'Too many tries. Wait a minute, then try again.'
      : `Too many tries. Try again in ${minutes} minutes.`,
  field: ({ field, code }: FieldProblem): string => {
    switch (code) {
      case 'required':
        return field === 'passwordAgain'
          ? 'Type the password once more.'
          : field === 'key'
            ? 'The kept key is for the address before. Type the key for this one, or forget the kept one.'
            : field === 'avatar'
              ? 'Choose a picture first.'
              : field === 'sure'
                ? 'Tick this to go on.'
                : 'This is needed.'
      case 'too_short':
        return field === 'password' ? `Use at least ${minPasswordLength} characters.` : 'This is too short.'
      case 'too_long':
        return field === 'password'
          ? `Use at most ${maxPasswordLength} characters.`
          : field === 'username'
            ? 'Use at most 25 characters.'
            : field === 'firstName' || field === 'lastName'
              ? 'Use at most 32 characters.'
              : field === 'avatar'
                ? 'Use a picture of at most 5 MB.'
                : 'This is too long.'
      case 'malformed':
        return field === 'email'
          ? 'This does not look like an e-mail address.'
          : field === 'username'
            ? 'Use letters, digits, dots, hyphens and underscores, beginning with a letter or a digit.'
            : field === 'avatar'
              ? 'This is not a picture Parley can read. Use a JPEG, PNG, WebP or GIF.'
              : field === 'baseUrl'
                ? 'Write it as https://models.example/v1, without a name or a password in it.'
                : field === 'key'
                  ? 'This holds characters that no key can have, such as a space or a line break.'
                  : 'This cannot be read.'
      case 'out_of_range':
        return field === 'bornYear' ? 'Write the year with four digits.' : 'This is out of range.'
      case 'not_offered':
        return field === 'who'
          ? 'There is no member of this name or address.'
          : field === 'baseUrl'
            ? 'This leads into a network that Parley may not reach. List the host in RELAY_ALLOWED_ENDPOINTS, start Parley again, and save this again.'
            : 'Choose one of those offered.'
      case 'taken':
        return field === 'Idempotency-Key'
          ? 'This key was used for another request. Use a new one.'
          : field === 'email'
            ? 'There is an account with this e-mail already.'
            : 'This is taken. Choose another.'
      case 'too_common':
        return 'This password is one of the first that anybody would try. Choose another.'
      case 'too_similar':
        return 'This password is too much like your name or address. Choose another.'
      case 'different':
        return 'The two passwords are not the same.'
      case 'unknown_variable':
        return 'Double braces may hold workspace, channel, person or date, and nothing else.'
      case 'too_many':
        return 'These are too many.'
      case 'no_room':
        return 'This leaves no room for a question: allow a longer context, or shorten what every prompt carries.'
      case 'last_owner':
        return 'Parley needs an owner. Make someone else an owner first.'
      case 'other_name':
        return 'This is not their username.'
      case 'yourself':
        return 'You cannot do this to yourself. Ask another owner or admin.'
      case 'wrong':
        return 'This is not your present password.'
    }
  },
}
