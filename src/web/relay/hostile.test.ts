import { once } from 'node:events'
import { request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { model } from './testing/relay-house.ts'
import { openRelayStage, question, type RelayStage } from './testing/relay-stage.ts'
import { chunk, frame, says, streams, usage } from './testing/stub-service.ts'

/** Streams of services that misbehave, and clients that leave. */

let stage: RelayStage
beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(() => stage.close())

describe('a stream', () => {
  it('passes byte for byte: comments, odd spacing, line ends and fields of no standard', async () => {
    const frames = [
      ': keep-alive\n\n',
      'event: odd\r\ndata:{"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":null}],"x":1.0}\r\n\r\n',
      `data: ${JSON.stringify(chunk('two'))}\ndata:\n\n`,
      frame(chunk('', 'stop')),
      frame('[DONE]'),
    ]
    stage.service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      // Byte by byte, so that frames and characters are cut everywhere.
      for (const byte of Buffer.from(frames.join(''))) {
        reply.write(Buffer.from([byte]))
        await new Promise(resolve => setImmediate(resolve))
      }
      reply.end()
    })
    const response = await stage.ask({ stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await response.text()).toBe(frames.join(''))
  })

  it('loses the frame with the usage, which nobody asked for, and nothing beside it', async () => {
    const frames = [frame(chunk('Hello', null)), frame(chunk('', 'stop'))]
    const used = frame({ id: 'x', choices: [], usage: usage(11, 7) })
    stage.service.behave(streams(frames.join('') + used + frame('[DONE]')))
    expect(await (await stage.ask({ stream: true })).text()).toBe(frames.join('') + frame('[DONE]'))
    expect(await stage.lastUsage()).toMatchObject({
      input_tokens: 11,
      output_tokens: 7,
      estimated: false,
      purpose: 'relay',
      provider: 'environment',
    })
  })

  it('is counted by Parley where the service never says', async () => {
    stage.service.behave(
      streams(frame(chunk('Hello there, friend.')), frame(chunk('', 'stop')), frame('[DONE]')),
    )
    await (await stage.ask({ stream: true })).text()
    const { input_tokens, output_tokens, estimated } = await stage.lastUsage()
    expect({ estimated, output_tokens }).toEqual({ estimated: true, output_tokens: 5 })
    expect(input_tokens).toBeGreaterThan(4)
  })

  it('is asked for again without the wish for usage where a service does not know that', async () => {
    stage.service.behave((reply, { body }) =>
      body.includes('stream_options')
        ? says(400, { error: { message: 'Unknown field: stream_options' } })(reply, undefined as never)
        : streams(frame(chunk('Hi', 'stop')), frame('[DONE]'))(reply, undefined as never),
    )
    expect(await (await stage.ask({ stream: true })).text()).toBe(
      frame(chunk('Hi', 'stop')) + frame('[DONE]'),
    )
  })

  it.each([
    ['breaks its connection', (reply: ServerResponse) => void reply.destroy()],
    ['ends without an end', (reply: ServerResponse) => void reply.end()],
    ['ends in half a frame', (reply: ServerResponse) => void reply.end('data: {"cho')],
  ])('that %s ends with a frame that says so', async (_, end) => {
    stage.service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(frame(chunk('Half')))
      await new Promise(resolve => setTimeout(resolve, 20))
      end(reply)
    })
    const text = await (await stage.ask({ stream: true })).text()
    const [first, last, ...rest] = text.split('\n\n').filter(one => one !== '')
    expect([first, rest]).toEqual([frame(chunk('Half')).trim(), []])
    expect(JSON.parse(last?.slice('data: '.length) ?? '')).toMatchObject({
      error: { type: 'upstream_error', code: 'upstream_broken' },
    })
    expect(await stage.held()).toEqual([])
  })

  it('that breaks makes the official client throw', async () => {
    stage.service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(frame(chunk('Half')))
      await new Promise(resolve => setTimeout(resolve, 20))
      reply.destroy()
    })
    const openai = new OpenAI({ apiKey: stage.house.key, baseURL: `${stage.house.url}/v1`, maxRetries: 0 })
    const stream = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Go.' }],
      stream: true,
    })
    const read = async () => {
      for await (const part of stream) expect(part.choices[0]?.delta.content).toBe('Half')
    }
    await expect(read()).rejects.toThrow(/broke off/)
  })

  it('of which a client takes nothing is not taken from the service either', async () => {
    const piece = frame(chunk('x'.repeat(64 * 1024)))
    let written = 0
    stage.service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.setMaxListeners(0)
      for (let at = 0; at < 2_000; at += 1) {
        if (reply.destroyed) return
        if (!reply.write(piece)) await Promise.race([once(reply, 'drain'), once(reply, 'close')])
        written += piece.length
      }
    })
    const { hostname, port } = new URL(stage.house.url)
    const socket = connect(Number(port), hostname)
    const body = JSON.stringify({ model, messages: question, stream: true })
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${stage.house.key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await once(socket, 'readable')
    let before = -1
    while (before !== written) {
      before = written
      await new Promise(resolve => setTimeout(resolve, 300))
    }
    expect(written).toBeLessThan(32 * 1024 * 1024)
    socket.destroy()
    await stage.service.heard.at(-1)?.left
  })
})

describe('a client that leaves', () => {
  it.each([
    ['while the service thinks', false],
    ['in mid-stream', true],
  ])('%s closes the upstream, and what was used is counted', async (_, begun) => {
    stage.service.behave(reply => {
      if (!begun) return
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(frame(chunk('One two three')))
    })
    const asked = stage.service.heard.length + 1
    const { hostname, port } = new URL(stage.house.url)
    const body = JSON.stringify({ model, messages: question, stream: true })
    const client = request({
      hostname,
      port,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { authorization: `Bearer ${stage.house.key}` },
    })
    client.on('error', () => undefined)
    client.end(body)
    await stage.service.asked(asked)
    if (begun) {
      const [response] = await once(client, 'response')
      await once(response, 'data')
    }
    const started = performance.now()
    client.destroy()
    await stage.service.heard.at(-1)?.left
    expect(performance.now() - started).toBeLessThan(1_000)
    await expect.poll(() => stage.held(), { timeout: 5_000 }).toEqual([])
    expect(await stage.lastUsage()).toMatchObject({ estimated: true, output_tokens: begun ? 3 : 0 })
  })
})
