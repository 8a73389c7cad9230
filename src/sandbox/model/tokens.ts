import type { ChatMessage } from './chat-request.ts'

/** A rough count, the same every time: four characters a token. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4)
}

/** Four tokens of framing a message, as with OpenAI's own models. */
export function promptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + 4 + tokensIn(content), 0)
}

/** Text in pieces of about a word, as models send it; joined they are the text again. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/\s*\S{1,12}|\s+$/g) ?? []
}
