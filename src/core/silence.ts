import type { Outcome } from './decision.ts'
import type { Dialogue } from './dialogue.ts'
import type { Author, Identity } from './identity.ts'
import type { InboundMessage } from './inbound.ts'
import type { Stores } from './store.ts'
import { whisperLater } from './whisper.ts'

/** Whether a thread is to be left alone until somebody mentions Parley, or answered as usual again. */
export type Silence = 'quiet' | 'speak'

const words: Readonly<Record<string, Silence>> = {
  quiet: 'quiet',
  'be quiet': 'quiet',
  'keep quiet': 'quiet',
  speak: 'speak',
  'speak again': 'speak',
}

/** What a message to Parley alone asks for, when it says nothing else; some platforms know no commands in threads. */
export function silenceIn({ mentionsParley, direct, text }: InboundMessage): Silence | undefined {
  if (!mentionsParley && !direct) return undefined
  const said = text.replaceAll('@Parley', '').replaceAll(/[\s.,!:/]+/gu, ' ')
  const word = said.trim().toLowerCase()
  return Object.hasOwn(words, word) ? words[word] : undefined
}

/** Keeps a thread as it was told to be, and says so to whoever told it alone. */
export async function hush(
  stores: Stores,
  { thread, direct, author }: InboundMessage,
  dialogue: Dialogue,
  asker: Identity,
  silence: Silence,
): Promise<Outcome> {
  const to = { identityId: asker.id, thread, direct, inThread: thread.threadId !== thread.channelId }
  await whisperLater(stores.jobs, to, { word: silence === 'quiet' ? 'quiet' : 'speaking' })
  return setSilence(stores, dialogue, author, silence)
}

export async function setSilence(
  stores: Stores,
  { id, thread }: Dialogue,
  by: Author,
  silence: Silence,
): Promise<Outcome> {
  await stores.dialogues.change(id, { quiet: silence === 'quiet' })
  const reason = silence === 'quiet' ? 'told_quiet' : 'told_to_speak'
  return { decision: { outcome: 'answered', reason }, threadId: thread.threadId, by }
}
