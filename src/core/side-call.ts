import { tokensPerAnswer, tokensPerMessage } from './context-window.ts'
import type { ModelRequest } from './model.ts'
import type { Receipt } from './receipt.ts'
import { countTokens } from './tokens.ts'

/** The Receipt of instructions and one text, put together for this request alone: no window was built. */
export function sideReceipt(
  { messages, maxTokens }: ModelRequest,
  { included, limit }: { readonly included: number; readonly limit: number },
): Receipt {
  const count = (at: number) => countTokens(messages[at]?.content ?? '') + tokensPerMessage
  return {
    messages: { included, summarised: 0, dropped: 0 },
    tokens: {
      instructions: tokensPerAnswer + count(0),
      asked: count(1),
      summary: 0,
      history: 0,
      reserved: maxTokens,
      limit,
    },
  }
}
