import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { LogFields } from '../../core/log.ts'
import { createCipher } from '../jose/cipher.ts'
import { useModelService } from './testing/model-service.ts'
import { failing, saying, told } from './testing/listeners.ts'
import { planted, useProviders } from './testing/providers.ts'

const service = useModelService()
const { stage, log, openRouter, keep, ask } = useProviders()
/** Where no address inside is listed. */
const strict = useProviders([])

describe('a key', () => {
  const heard: Record<string, unknown>[] = []
  const hear = (headers: Record<string, unknown>) => void heard.push(headers)

  it('goes to its own service alone, as `api-key` too only where that is asked for', async () => {
    heard.length = 0
    const router = openRouter(await service.serve(saying('x', hear)))
    keep('plain', await service.serve(saying('x', hear)), { models: ['a'] })
    keep('azure', await service.serve(saying('x', hear)), { models: ['b'], sendsApiKeyHeader: true })
    const { sealedKey: _, ...local } = keep('local', await service.serve(saying('x', hear)), {
      models: ['c'],
    })
    stage.kept[2] = local
    for (const model of ['parley-practice', 'a', 'b', 'c']) await ask(router, model)
    expect(heard.map(headers => [headers['authorization'], headers['api-key']])).toEqual([
      ['Bearer sk-environment', undefined],
      [`Bearer ${planted}`, undefined],
      [`Bearer ${planted}`, planted],
      [undefined, undefined],
    ])
  })

  it('follows no redirect', async () => {
    heard.length = 0
    const elsewhere = await service.serve(saying('x', hear))
    const router = openRouter(await service.serve(saying('Here.')))
    keep(
      'moved',
      await service.serve((_, reply) => void reply.writeHead(307, { location: elsewhere }).end()),
      {
        models: ['a'],
        sendsApiKeyHeader: true,
      },
    )
    expect(told(await ask(router, 'a'))).toEqual(['moved: model_unreachable', 'first'])
    expect(heard).toEqual([])
  })

  it('is in no error, event or log line, whatever a service says back', async () => {
    const mirror: RequestListener = ({ headers }, reply) =>
      failing(401, {
        message: `Incorrect key: ${String(headers['api-key'])}`,
        code: headers['authorization'],
      })({ headers } as never, reply as never)
    const router = openRouter(await service.serve(failing(503)))
    keep('mirror', await service.serve(mirror), { sendsApiKeyHeader: true })
    keep('lost', await service.serve(mirror), {
      sealedKey: createCipher(['x'.repeat(40)]).seal(planted, 'y'),
    })
    const events = await ask(router)
    const errors = events.flatMap(event => (event.type === 'failed' ? [event.error, event.error.cause] : []))
    for (const error of errors) log.error({ error } satisfies LogFields, String(error))
    const everything = [stage.lines.join(''), JSON.stringify(events), JSON.stringify(stage.kept)].join('')
    expect(stage.lines.join('')).toContain('SECRET_KEY')
    expect(everything).not.toContain('planted')
  })

  it('is refused the way to an address inside, whatever the page was told', async () => {
    const baseUrl = await service.serve(saying('x', hear))
    heard.length = 0
    const router = strict.openRouter('http://127.0.0.1:9/v1')
    strict.keep('inside', baseUrl, { models: ['a'] })
    expect(told(await strict.ask(router, 'a'))).toEqual([
      'inside: model_unreachable',
      'first: model_unreachable',
    ])
    expect(heard).toEqual([])
  })
})
