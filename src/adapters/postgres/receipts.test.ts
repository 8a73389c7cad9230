import { expect, it } from 'vitest'
import { newId } from './ids.ts'
import { ada, atMs, playOn } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const request = { model: 'm', maxTokens: 10, messages: [{ role: 'user', content: 'hi' }] } as const
const receipt = {
  messages: { included: 1, summarised: 0, dropped: 0 },
  tokens: { instructions: 1, asked: 1, summary: 0, history: 0, reserved: 10, limit: 100 },
} as const

onEveryEngine('model calls', open => {
  it('are on record from before the model is asked, and end with what it counted', async () => {
    const { store, database } = await open()
    const { ask, begin } = playOn(store)
    const turn = await ask(ada, 'A1')
    const { lease } = await begin()
    const id = newId()
    await store.modelCalls.begin(
      { id, turnId: turn.id, purpose: 'answer', request, receipt, startedAtMs: atMs },
      lease,
    )
    const read = () => database.handle.selectFrom('model_calls').selectAll().executeTakeFirstOrThrow()
    expect(await read()).toMatchObject({ id, request, receipt, response: null, ended_at: null })
    const usage = { inputTokens: 12, cachedInputTokens: 4, outputTokens: 3, totalTokens: 15, costMicros: 70 }
    const response = {
      providerId: 'c1',
      choices: [{ index: 0, role: 'assistant', content: 'half \uD83D', finishReason: 'length' }],
      usage,
    } as const
    await store.modelCalls.end(id, {
      response,
      error: 'model_malformed',
      firstTextAtMs: atMs + 5,
      endedAtMs: atMs + 9,
    })
    expect(await read()).toMatchObject({
      response: { ...response, choices: [{ ...response.choices[0], content: 'half \uFFFD' }] },
      input_tokens: 12,
      cached_input_tokens: 4,
      output_tokens: 3,
      cost_micros: 70,
      error: 'model_malformed',
      first_text_at: new Date(atMs + 5),
      ended_at: new Date(atMs + 9),
    })
  })

  it('are not begun by a process that lost its turn', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const turn = await ask(ada, 'A1')
    const call = {
      id: newId(),
      turnId: turn.id,
      purpose: 'answer',
      request,
      receipt,
      startedAtMs: atMs,
    } as const
    const begun = store.modelCalls.begin(call, { jobId: 'none', token: 'none' })
    await expect(begun).rejects.toMatchObject({ code: 'lease_lost' })
  })
})

onEveryEngine('summaries', open => {
  it('are replaced as they grow, and forgotten when what they cover changes', async () => {
    const { store } = await open()
    const { id } = await playOn(store).open()
    const summary = { text: 'About tides.', tokens: 3, throughPosition: 4, messages: 4 }
    expect(await store.summaries.find(id)).toBeUndefined()
    await store.summaries.save(id, summary)
    const longer = { ...summary, text: 'About tides and moons.', throughPosition: 8, messages: 8 }
    await store.summaries.save(id, longer)
    await store.summaries.forget(id, 9)
    expect(await store.summaries.find(id)).toEqual(longer)
    await store.summaries.forget(id, 8)
    expect(await store.summaries.find(id)).toBeUndefined()
  })
})
