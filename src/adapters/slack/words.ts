/** The few words that only Slack's own surfaces show around an answer. */
export const words = {
  stop: 'Stop',
  /** Slack puts the app's name before it. */
  thinking: 'is thinking…',
  /** The message that opens a thread for a question asked by command; Markdown. */
  asked: (name: string, question: string) => `**${name} asked:** ${question}`,
  /** Where a question was asked by command and Parley may not write; Markdown. */
  notHere: 'I cannot write in this channel. Add me to it with `/invite`, then ask again.',
} as const
