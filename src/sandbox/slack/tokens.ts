/** What a client must know to speak to the stand-in; Slack's own shapes, so that a client's checks pass. */
export interface PracticeTokens {
  readonly bot: string
  readonly app: string
  readonly signingSecret: string
}

export const practiceTokens: PracticeTokens = {
  bot: 'xoxb-practice-parley',
  app: 'xapp-practice-parley',
  signingSecret: 'practice-signing-secret',
}

/** The long deprecated field of that name, which every payload still carries. */
export const verificationToken = 'practice-verification-token'
