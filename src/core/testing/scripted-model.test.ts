import { describe, expect, test } from 'vitest'
import { ParleyError } from '../errors.ts'
import type { ModelEvent, ModelRequest } from '../model.ts'
import { languageModelContract } from './language-model.contract.ts'
import { collectEvents, createScriptedModel } from './scripted-model.ts'

languageModelContract('the scripted model', () => {
  const model = createScriptedModel()
  return Promise.resolve({
    model,
    modelName: 'scripted',
    script({ texts, hangs, fails, finishReason, usage }) {
      model.script(
        [
          ...texts,
          ...(hangs ? [model.gate()] : []),
          ...(fails ? [new ParleyError(fails, 'As scripted.')] : []),
        ],
        {
          ...(finishReason === undefined ? {} : { finishReason }),
          ...(usage === undefined
            ? {}
            : {
                usage: {
                  inputTokens: usage.input,
                  cachedInputTokens: usage.cached,
                  outputTokens: usage.output,
                  totalTokens: usage.input + usage.output,
                },
              }),
        },
      )
    },
    asked: () => model.requests.map(({ messages }) => messages),
  })
})

const request: ModelRequest = {
  model: 'scripted',
  messages: [{ role: 'user', content: 'Grace asks.' }],
  maxTokens: 10,
}

describe('the scripted model', () => {
  test('waits at a gate until the test opens it', async () => {
    const model = createScriptedModel()
    const gate = model.gate()
    model.script(['before ', gate, 'after'])
    const events: ModelEvent[] = []
    const done = (async () => {
      for await (const event of model.stream(request, new AbortController().signal)) events.push(event)
    })()
    await gate.reached
    expect(events).toEqual([{ type: 'text', text: 'before ' }])
    expect(model.open).toBe(1)
    gate.open()
    await done
    expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'finished'])
    expect(model.open).toBe(0)
  })

  test('tells when it was asked, and by what', async () => {
    const model = createScriptedModel(['Hm.'])
    const asked = model.whenAsked(1)
    const events = await collectEvents(model.stream(request, new AbortController().signal))
    await asked
    expect(model.requests).toEqual([request])
    expect(events[0]).toEqual({ type: 'text', text: 'Hm.' })
  })

  test('leaves usage out when told that the provider never says', async () => {
    const model = createScriptedModel()
    model.script(['Hm.'], { usage: null })
    const events = await collectEvents(model.stream(request, new AbortController().signal))
    expect(events.at(-1)).toHaveProperty('response')
    expect(events.at(-1)).not.toHaveProperty('response.usage')
  })
})
