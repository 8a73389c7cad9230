import type { ModelResponse } from '../../core/model.ts'
import type { Chunk } from './chunk.ts'

/** An answer as far as it has come. */
export interface Draft {
  add(chunk: Chunk): void
  readonly started: boolean
  readonly finishReason: string | undefined
  response(): ModelResponse
}

export function createDraft(): Draft {
  const texts: string[] = []
  let last: Partial<Chunk> = {}
  return {
    add(chunk) {
      if (chunk.text) texts.push(chunk.text)
      last = { ...last, ...chunk }
    },
    get started() {
      return texts.length > 0
    },
    get finishReason() {
      return last.finishReason
    },
    response: () => ({
      ...(last.id === undefined ? {} : { providerId: last.id }),
      ...(last.model === undefined ? {} : { model: last.model }),
      choices: [
        {
          index: 0,
          role: 'assistant',
          content: texts.join(''),
          ...(last.finishReason === undefined ? {} : { finishReason: last.finishReason }),
        },
      ],
      ...(last.usage === undefined ? {} : { usage: last.usage }),
    }),
  }
}
