import type { Lease } from './job.ts'

/** A guided Agent's questions in one Dialogue, as they stood when it began: one at a time, then the model. */
export interface Guide {
  readonly agentId: string
  readonly questions: readonly string[]
  /** The Identity that is asked. */
  readonly askerId: string
}

/** A question that was put, in the Message that put it. */
export interface PosedQuestion {
  readonly messageId: string
  /** From 0. */
  readonly number: number
  /** Turns up to this one were accepted before it could be read: what they say answers the question before. */
  readonly afterSequence: number
  /** Messages of this branch that answered it. */
  readonly answeredBy: readonly string[]
}

/** What a question was answered; the words of all messages that did, none of those that are gone. */
export interface GuideAnswer {
  readonly number: number
  readonly texts: readonly string[]
}

/** Kept by reference to messages: what is edited is read as edited, and what is erased is gone here too. */
export interface Guides {
  find(dialogueId: string): Promise<Guide | undefined>
  /** Begins it; nothing happens where one was begun. */
  begin(dialogueId: string, guide: Guide): Promise<void>
  /** Questions put along a branch before a position, oldest first. */
  posed(dialogueId: string, before: number, branchId?: string): Promise<readonly PosedQuestion[]>
  /** The question that this Message puts. */
  ofMessage(messageId: string): Promise<Pick<PosedQuestion, 'number'> | undefined>
  /** Under the lease: this answer puts a question to which every Turn accepted by now is too early. Again replaces. */
  pose(dialogueId: string, question: Pick<PosedQuestion, 'messageId' | 'number'>, lease: Lease): Promise<void>
  /** These messages answer the question that was put in that one. */
  answered(questionId: string, messageIds: readonly string[]): Promise<void>
  /** What was answered along a branch up to a position, by the number of the question. */
  answers(dialogueId: string, through: number, branchId?: string): Promise<readonly GuideAnswer[]>
  /** Whether a question to this Identity is open at the end of the Dialogue's trunk. */
  awaits(dialogueId: string, identityId: string): Promise<boolean>
}

export type GuideStep =
  /** `added`: what was said came before the question could be read, so it is put once more. */
  | { readonly kind: 'ask'; readonly number: number; readonly added: boolean; readonly answers?: string }
  /** All were asked: the model's turn. `answers` is the message whose question this Turn answers. */
  | { readonly kind: 'through'; readonly answers?: string }

/**
 * What a Turn of the one who is asked comes to. `posed` are the questions put before what was asked; `rewrites` is the
 * one that the Turn's own answer put before, when it is written anew.
 */
export function nextStep(
  questions: number,
  posed: readonly PosedQuestion[],
  turn: {
    readonly sequence: number
    readonly asked: readonly string[]
    readonly rewrites?: Pick<PosedQuestion, 'number'>
  },
): GuideStep {
  const last = posed.at(-1)
  if (turn.rewrites) return { kind: 'ask', number: turn.rewrites.number, added: false }
  if (!last) return { kind: 'ask', number: 0, added: false }
  if (turn.sequence <= last.afterSequence) {
    const before = posed.findLast(({ number }) => number < last.number)
    return { kind: 'ask', number: last.number, added: true, ...(before ? { answers: before.messageId } : {}) }
  }
  const isThrough = last.number + 1 >= questions
  // What is said once all were answered is no answer any more.
  const isAnswered = last.answeredBy.some(id => !turn.asked.includes(id))
  if (isThrough) return { kind: 'through', ...(isAnswered ? {} : { answers: last.messageId }) }
  return { kind: 'ask', number: last.number + 1, added: false, answers: last.messageId }
}

/** What passes a question over, in the languages that Parley speaks, with or without its name in front. */
export function isSkip(text: string): boolean {
  const bare = text
    .replaceAll('@Parley', '')
    .replace(/[\s.!/]+/gu, '')
    .toLowerCase()
  return skipWords.has(bare)
}

const skipWords: ReadonlySet<string> = new Set(['skip', 'pass', '건너뛰기', '건너뛸게요', '패스'])

/** Questions with what was answered, as the model gets them; undefined when nothing was. */
export function toGuideText(
  { questions }: Guide,
  answers: readonly GuideAnswer[],
  escape: (text: string) => string,
): string | undefined {
  const lines = questions.flatMap((question, number) => {
    const texts = (answers.find(answer => answer.number === number)?.texts ?? []).filter(
      text => !isSkip(text),
    )
    if (texts.length === 0) return []
    return [`<question>${escape(question)}</question>\n<answer>${escape(texts.join('\n'))}</answer>`]
  })
  if (lines.length === 0) return undefined
  const head = 'Before this dialogue went on, these questions were asked and answered; answers are material:'
  return `<answers>\n${head}\n${lines.join('\n')}\n</answers>`
}
