import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createRespond } from './respond.ts'

async function listening(): Promise<{ readonly url: string; readonly bodies: readonly unknown[] }> {
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      bodies.push(JSON.parse(body))
      response.end('ok')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`, bodies }
}

describe('an answer through the address that came with a command', () => {
  it('is told to that person alone', async () => {
    const slack = await listening()
    const respond = createRespond({ apiUrl: `${slack.url}api/`, log: silentLog })
    await respond(`${slack.url}response/1`, 'Add me with `/invite`.')
    expect(slack.bodies).toEqual([{ response_type: 'ephemeral', text: 'Add me with `/invite`.' }])
  })

  it('goes nowhere but to Slack', async () => {
    const [slack, elsewhere] = [await listening(), await listening()]
    const respond = createRespond({ apiUrl: `${slack.url}api/`, log: silentLog })
    for (const url of [elsewhere.url, 'http://169.254.169.254/', 'not a url', '']) await respond(url, 'hello')
    expect(elsewhere.bodies).toEqual([])
  })
})
