import type { Platform } from '../../thread.ts'

const platforms: Record<Platform, string> = { slack: 'Slack', discord: 'Discord', web: 'the web' }

export const sharing = {
  publicTitle: 'Public dialogues',
  publicAbout: 'Dialogues that people published for everyone to read.',
  publicNone: 'Nothing is published yet',
  publicNoneAbout: 'Whoever has a dialogue can publish it from its page.',
  older: 'Older ones',
  later: 'Go on reading',
  publishedFrom: (platform: Platform) => `From ${platforms[platform]}`,
  readOnly: 'A published dialogue, to be read only.',
  person: (letter: string) => `Person ${letter}`,
  someone: 'Someone',
  removed: 'This message was removed.',
  edited: 'edited',
  toPublic: 'All public dialogues',

  shareTitle: 'Publish this dialogue',
  shareAbout: (title: string) =>
    `Anyone with the link can read “${title}”: every message in it now and later, but no receipts, addresses or ids. You can take it back at any time.`,
  maskNames: 'Write “Person A” in place of names',
  maskNamesAbout: 'Names that stand in the messages themselves are replaced where they are spelled the same.',
  index: 'Let search engines list it',
  publish: 'Publish',
  saveShare: 'Save',
  publishedAt: 'It is published at',
  unpublish: 'Take it back',
  back: 'Back to the dialogue',

  exportTitle: 'Take everything with you',
  exportAbout:
    'Your profile and settings, your linked accounts, what you used, and every dialogue of yours with all versions. Of channels you can still read, the dialogues in which you spoke; of others, what you said.',
  exportJson: 'Download as JSON',
  exportMarkdown: 'Download as Markdown',
  exportHeading: (name: string, date: string) => `Parley: everything of ${name}, ${date}`,
  exportAccounts: 'Accounts',
  exportUsage: (calls: number, inputTokens: number, outputTokens: number) =>
    `${calls} answers and summaries by models: ${inputTokens} tokens read, ${outputTokens} written.`,
  exportMineOnly: 'You can no longer read this channel: here is what you said in it.',
  exportEarlier: (version: number) => `Version ${version}, before it was edited:`,

  forgetTitle: 'Forget me',
  forgetAbout:
    'Everything of yours is erased, here and from every linked account: your dialogues, what you said in channels, what was answered to you, your profile. It cannot be undone.',
  forgetKeeps:
    'What stands in Slack or Discord themselves stays there until you delete it there. What others said stays theirs.',
  forgetFirst: 'First take a copy, if you want one.',
  forgetConfirm: (username: string) => `To go on, type your username: ${username}`,
  forgetUsername: 'Username',
  forget: 'Erase everything of mine',
  cancel: 'Do nothing',
  forgetCard: 'Read what that means',
  forgetDialogueTitle: 'Forget this dialogue',
  forgetDialogueOwn: (title: string) =>
    `“${title}” is erased with everything in it, for everyone in it. It cannot be undone.`,
  forgetDialogueMine: (title: string) =>
    `What you said in “${title}” is erased, and what Parley answered to you. What others said stays. It cannot be undone.`,
  forgetDialogue: 'Erase it',
  forgetDialogueMineButton: 'Erase what is mine',
  receiptTitle: 'Erased',
  receiptRunning: 'Parley is erasing',
  receiptRunningAbout: 'It goes on by itself. Load this page again to see how far it is.',
  receiptAbout: 'This is all that is left: how much was erased, and of whom it was nobody can tell.',
  receiptReload: 'Look again',
  counts: {
    dialogues: 'Dialogues',
    messages: 'Messages of yours',
    answers: 'Answers to you',
    identities: 'Accounts',
    decisions: 'Entries of who wrote when',
  },

  glassReason: 'Reason',
  glassReasonHint: 'Everybody in the dialogue reads it.',
  glassMinutes: 'Minutes',
  glassMinutesHint: '1 to 60.',
}
