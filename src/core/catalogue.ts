import type { Decision } from './decision.ts'
import type { ErrorCode } from './errors.ts'
import type { TurnEnd } from './turn.ts'

/** Every sentence Parley says of its own, in English. Nothing a person sees is written anywhere else. */
export const sentences = {
  help: [
    'I answer in threads, from everything said there.',
    '',
    '- **Mention me** in a channel or a thread, or write to me directly.',
    '- **ask** a question: I open a thread for it.',
    '- **stop** the answer that is being written.',
    '- **why** did I answer, or not? I keep the reason.',
    '',
    'Edit your question and I answer again; delete it and I forget it.',
  ].join('\n'),
  emptyQuestion:
    'There was no question. Write it after the command, for example: `ask what changed since Tuesday?`',
  stopping: 'Stopping.',
  nothingToStop: 'Nothing of yours is being answered here right now.',
  checkingStop:
    'Only the person who asked, a workspace admin or the channel’s creator can stop this. If you are one of them, it stops now.',
  whyUnknown: 'I have no record of a message of yours here.',
  stopButton: 'Stop',
  /** Where a platform puts Parley's name before it. */
  thinking: 'is thinking…',
  /** The message that opens a thread for a question asked by command. */
  asked: (name: string, question: string) => `**${name} asked:** ${question}`,
  /** Over what was written on the web; numbered where it needs several messages. */
  fromWeb: (name: string, piece?: { readonly number: number; readonly of: number }) =>
    `**${name}** from the web${piece ? ` (${piece.number} of ${piece.of})` : ''}:`,
  notInvited: 'I cannot write in this channel. Invite me to it, then ask again.',
  answerStopped: 'Stopped.',
  answerStoppedBy: (name: string) => `Stopped by ${name}.`,
  answerDeleted: 'Stopped: the question was deleted.',
} as const

/** Why something was answered or not, as one sentence to the person who asks. */
export function sentenceOfDecision(decision: Decision): string {
  return decisionSentences[decision.reason]
}

const decisionSentences: Record<Decision['reason'], string> = {
  direct_message: 'I answered because you wrote to me directly.',
  mention: 'I answered because I was mentioned.',
  reply: 'I answered because it was a reply to me.',
  follow_up: 'I answered because you and I were the only ones in this thread.',
  command: 'I answered because you used a command.',
  edited_question: 'I answered again because the question was edited.',
  regenerated: 'I answered again because I was asked for another answer.',
  deleted_question: 'The question was deleted, so I stopped and forgot it.',
  stop_requested: 'I stopped because I was told to.',
  not_addressed: 'I kept quiet because I was not addressed.',
  others_speaking: 'I kept quiet because several people speak in this thread. Mention me and I answer.',
  not_joined: 'I kept quiet because I was not asked into this thread. Mention me and I answer.',
  own_message: 'That was a message of my own.',
  other_bot: 'I do not answer other bots.',
  system_message: 'That was a message of the platform itself, not of a person.',
  empty: 'There was nothing in the message to answer.',
  unsupported: 'That was a kind of event that I do not handle.',
  unknown_message: 'That was about a message that I was not part of.',
  unchanged: 'The message did not change.',
  duplicate: 'I had that message already.',
  unfinished: 'There is no finished answer to give anew.',
  nothing_running: 'There was nothing to stop.',
  not_yours_to_stop:
    'Only the person who asked, a workspace admin or the channel’s creator can stop an answer.',
  empty_question: 'There was no question in it.',
}

/** The last word under an answer that did not end well; undefined when it did. */
export function lastWord(end: TurnEnd, error: ErrorCode | undefined): string | undefined {
  if (end === 'failed') return failureSentences[error ?? 'internal'] ?? failureSentences.internal
  return undefined
}

const failureSentences: Partial<Record<ErrorCode, string>> & { readonly internal: string } = {
  internal: 'Something went wrong on my side. Please ask again.',
  model_auth: 'The model refused my key, so I cannot answer. An admin has to check the model’s settings.',
  model_not_found: 'The model I am set to use does not exist. An admin has to check the model’s settings.',
  model_rate_limited: 'The model has too much to do right now. Please ask again in a minute.',
  model_overloaded: 'The model has too much to do right now. Please ask again in a minute.',
  model_unreachable: 'The model could not be reached. Please ask again in a minute.',
  model_malformed: 'The model’s answer broke off. Please ask again.',
  model_refused: 'The model did not accept this question. An admin can find the reason in the log.',
  context_overflow: 'This is more than the model can read at once. Please ask with less text.',
  content_filtered: 'The model’s content filter stopped this answer. Please ask in other words.',
  quota_exceeded: 'There is no allowance left for this right now.',
}
