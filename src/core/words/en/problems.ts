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
  foreignOrigin: 'This came from a page that is not Parley’s, so nothing was done.',
  tokenInvalid: 'This link is used up or too old. Ask for a new one.',
  emailTaken: 'There is an account with this e-mail already. Sign in, or set a new password.',
  usernameTaken: 'That username is taken. Choose another.',
  conflict: 'Someone else changed this meanwhile. Look again, then try once more.',
  quotaExceeded: 'There is no allowance left for this right now.',
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
              : 'This cannot be read.'
      case 'out_of_range':
        return field === 'bornYear' ? 'Write the year with four digits.' : 'This is out of range.'
      case 'not_offered':
        return field === 'who'
          ? 'There is no member of this name or address.'
          : 'Choose one of those offered.'
      case 'taken':
        return field === 'email'
          ? 'There is an account with this e-mail already.'
          : 'This is taken. Choose another.'
      case 'too_common':
        return 'This password is one of the first that anybody would try. Choose another.'
      case 'too_similar':
        return 'This password is too much like your name or address. Choose another.'
      case 'different':
        return 'The two passwords are not the same.'
      case 'wrong':
        return 'This is not your present password.'
    }
  },
}
