export const demo = {
  door: 'Try it without an account',
  title: 'Try Parley',
  about:
    'Ask something, and Parley answers here. Nothing of it is kept: it is gone when you leave this page.',
  you: 'You',
  question: 'Your question',
  questionHint: 'At most 1,000 characters. Please write nothing confidential.',
  ask: 'Ask',
  more: 'With an account your chats are kept, and answers appear while they are written.',
  visitorSpent: 'Those were your answers for this hour. Come back later, or create an account and go on.',
  everybodySpent:
    'The answers that visitors can have today are used up. Come back tomorrow, or create an account.',
  failed: 'No answer came this time. Your question is still here: try again in a minute.',
}
