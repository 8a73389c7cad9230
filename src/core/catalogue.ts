import type { Decision } from './decision.ts'
import type { ErrorCode } from './errors.ts'
import type { QuotaRefusal } from './quota.ts'
import { sentenceOfRefusal } from './quota-sentences.ts'
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
    '- **agent** and a name: choose who answers.',
    '- **quiet** keeps me silent in a thread until somebody mentions me; **speak** ends it.',
    '- **quota** tells how you stand: what you used and what is left.',
    '- **link** this account to yours on the web, **unlink** it again.',
    '- **more**, when a limit is used up: I ask an admin for you.',
    '',
    'Edit your question and I answer again; delete it and I forget it.',
  ].join('\n'),
  emptyQuestion:
    'There was no question. Write it after the command, for example: `ask what changed since Tuesday?`',
  stopping: 'Stopping.',
  nothingToStop: 'Nothing of yours is being answered here right now.',
  checkingStop:
    'Only the person who asked, a workspace admin or the channel’s creator can stop this. If you are one of them, it stops now.',
  quietNow: 'I keep quiet in this thread now. Mention me and I answer; **speak** ends it.',
  speakingNow: 'I answer in this thread as usual again.',
  quietWhere: 'Tell me in the thread that it is about: mention me there and say only **quiet** or **speak**.',
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
  answerCut: 'This answer reached its length limit. Say “go on” for the rest.',
  guide: {
    /** A question that an agent asks before it answers, to whoever began. */
    question: (
      question: string,
      { number, of, added }: { readonly number: number; readonly of: number; readonly added: boolean },
    ) =>
      [
        ...(added ? ['I have added that to your last answer.', ''] : []),
        question,
        '',
        `_Question ${number} of ${of}. Say **skip** to pass it over._`,
      ].join('\n'),
  },
  agent: {
    choices: (
      names: readonly { readonly name: string; readonly about: string; readonly current: boolean }[],
    ) =>
      [
        'You can choose who answers you here: **agent** and a name, or **agent usual** to leave it to the channel.',
        '',
        ...names.map(
          ({ name, about, current }) =>
            `- **${name}**${current ? ' (answers now)' : ''}${about === '' ? '' : `: ${about}`}`,
        ),
      ].join('\n'),
    chosenHere: (name: string) => `**${name}** answers in this thread from now on.`,
    chosen: (name: string) => `**${name}** answers you from now on, where it may be chosen.`,
    usualHere: 'The usual agent answers in this thread again.',
    usual: 'The usual agent of each channel answers you again.',
    unknown: (name: string, names: readonly string[]) =>
      `There is no agent “${name}” to choose here. You can choose: ${names.join(', ')}.`,
  },
  answerDeleted: 'Stopped: the question was deleted.',
  linkOffered: (url: string) =>
    `[Link this account to yours on the web](${url}). The link works once, for ten minutes. It is yours alone: whoever follows it gets this account, so give it to nobody.`,
  alreadyLinked: (nickname: string, username: string) =>
    `This account is linked to ${nickname} (${username}) on the web. **unlink** takes it apart again.`,
  /** The person alone sees it. */
  linkFirst: (url: string) =>
    `Only people who linked their account may ask here. [Link yours](${url}), then ask again. The link works once, for ten minutes, and is yours alone.`,
  forbiddenWord: (word: string) => `“${word}” is not allowed here, so I did not answer. Ask in other words.`,
  refused: 'I may not answer that here. Ask an admin.',
  linked: (nickname: string, username: string) =>
    `This account is now linked to ${nickname} (${username}) on the web. If that was not you, send me **unlink**.`,
  unlinked: (nickname: string, username: string) =>
    `This account is no longer linked to ${nickname} (${username}) on the web. What you said here is yours alone again.`,
  askedMore: {
    asked: 'I asked those who manage me for more. I tell you as soon as it is decided.',
    asked_before: 'That was asked already. I tell you as soon as it is decided.',
    nothing_spent: 'Nothing of yours is used up right now. You can go on asking.',
  },
  notLinked: 'This account is not linked. **link** ties it to yours on the web.',
  glassOpened: (title: string, reason: string) =>
    `An administrator opened your dialogue “${title}” for reading, for a limited time. Their reason: ${reason}`,
  standing: {
    title: '**Your limits here**',
    none: 'No limit holds for you here.',
    scopes: { member: 'You', channel: 'This channel', workspace: 'The whole workspace' },
    limit: (amount: string, unit: 'requests' | 'tokens' | 'costMicros', period: 'day' | 'month') =>
      `${amount}${unit === 'costMicros' ? '' : ` ${unit}`} a ${period}`,
    line: (told: {
      readonly who: string
      readonly used: string
      readonly limit: string
      readonly left: string
      readonly resets: string
    }) =>
      `- ${told.who}: ${told.used} used of ${told.limit}, ${told.left} left. Starts anew ${/\d:/.test(told.resets) ? 'at' : 'on'} ${told.resets}.`,
    more: (url: string) => `[See all you used, or ask for more](${url})`,
    workspace: (requests: string, tokens: string, cost: string) =>
      `**This workspace this month:** ${requests} requests, ${tokens} tokens, ${cost}.`,
    costUnknown: (unknown: number, calls: number) =>
      unknown === calls ? 'cost unknown' : `cost unknown for ${unknown} of ${calls} calls`,
    manage: (overview: string, quotas: string) =>
      `You administer this workspace: [open its pages](${overview}) or [change its limits](${quotas}).`,
    notYours: 'Settings are for those who administer this workspace. Your own limits are here:',
  },
  home: {
    hello: (name: string) => `Hello ${name}`,
    helloUnnamed: 'Hello',
    linkedTo: (nickname: string, username: string) =>
      `This account is linked to **${nickname}** (${username}) on the web. Your dialogues here and there are in one place.`,
    notLinked:
      'This account is not linked to one on the web yet. Linked, you find and go on with your dialogues there.',
    linkReady: 'Follow this link within ten minutes. It works once, and is yours alone.',
    link: 'Link an account',
    agent: 'Who answers you, wherever nobody else was chosen',
    agentUsual: 'The usual agent of each channel',
    unlink: 'Unlink',
    openLink: 'Open the link',
    openWeb: 'Open Parley on the web',
    unlinkTitle: 'Unlink this account?',
    unlinkText: 'Your dialogues here leave your history on the web until you link again.',
    cancel: 'Cancel',
  },
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
  visit: 'You opened my page here.',
  answers_all: 'I answered because I am set to answer everything that is said in this channel.',
  told_quiet: 'I was told to keep quiet in this thread.',
  told_to_speak: 'I was told to answer in this thread again.',
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
  mention_needed:
    'I kept quiet because I am set to answer only mentions in this channel. Mention me and I answer.',
  quiet_thread:
    'I kept quiet because I was told to in this thread. Mention me and I answer; **speak** ends it.',
  not_yours_to_stop:
    'Only the person who asked, a workspace admin or the channel’s creator can stop an answer.',
  empty_question: 'There was no question in it.',
  not_allowed: 'I did not answer because my admins have not opened this channel to you. Ask one of them.',
  link_needed:
    'I did not answer because only people who linked their account may ask here. **link** ties yours to the web.',
  email_unconfirmed:
    'I did not answer because the e-mail address of your account on the web is not confirmed yet. Open the link in the mail you got.',
  suspended: 'I did not answer because your account is suspended. Ask an admin.',
  moderated: 'I did not answer because it did not pass what is allowed here. Ask in other words.',
  roles_unread:
    'I did not answer because I could not check whether you may ask here. Please ask again in a minute.',
}

/** Why somebody is refused and what to do about it, said to them alone. */
export function refusalSentence(
  reason: string,
  { found, link }: { readonly found?: string | undefined; readonly link?: string | undefined } = {},
): string {
  if (reason === 'moderated' && found !== undefined) return sentences.forbiddenWord(found)
  if (reason === 'link_needed' && link !== undefined) return sentences.linkFirst(link)
  return refusals[reason] ?? sentences.refused
}

const refusals: Readonly<Record<string, string>> = {
  not_allowed: 'My admins have not opened this channel to you. Ask one of them if you need me here.',
  email_unconfirmed:
    'Confirm the e-mail address of your account on the web first: open the link in the mail you got. Then ask again.',
  suspended: 'Your account is suspended, so I cannot answer you. Ask an admin.',
  moderated: 'That did not pass what is allowed here. Ask in other words.',
  roles_unread: 'I could not check whether you may ask here. Please ask again in a minute.',
}

/** The last word under an answer that did not end well, or not whole; undefined when it did. */
export function lastWord(
  end: TurnEnd,
  error: ErrorCode | undefined,
  quota: { readonly refusal?: QuotaRefusal; readonly askUrl?: string } = {},
): string | undefined {
  if (end === 'done' && error === 'answer_cut') return sentences.answerCut
  if (end === 'failed' && quota.refusal) return sentenceOfRefusal(quota.refusal, quota.askUrl)
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
  moderated: 'This did not pass what is allowed here, so there is no answer. Ask in other words.',
}
