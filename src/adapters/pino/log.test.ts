import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../core/errors.ts'
import { createLog } from './log.ts'

function captured(pretty = false) {
  const lines: string[] = []
  const log = createLog({ level: 'info', pretty, secrets: ['xoxb-secret'], write: line => lines.push(line) })
  return { log, lines }
}

describe('the log', () => {
  it('writes one JSON line with the fields it was given and those it was made with', () => {
    const { log, lines } = captured()
    log.with({ turnId: 't1', platform: 'slack' }).info({ outcome: 'done', durationMs: 12 }, 'turn ended')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      turnId: 't1',
      platform: 'slack',
      outcome: 'done',
      durationMs: 12,
      msg: 'turn ended',
    })
  })

  it('drops a field that the port does not name, so that text cannot slip in', () => {
    const { log, lines } = captured()
    const fields = { text: 'what Ada said', turnId: 't1' }
    log.info(fields, 'turn ended')
    expect(lines.join('')).not.toContain('what Ada said')
    expect(lines.join('')).toContain('t1')
  })

  it('tells an error with its causes, without what an SDK hung on it', () => {
    const { log, lines } = captured()
    const cause = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      headers: { a: 'private' },
    })
    log.error({ error: new ParleyError('model_unreachable', 'No model.', { cause }) }, 'failed')
    const line = JSON.parse(lines[0] ?? '')
    expect(line.error).toMatchObject({ code: 'model_unreachable', cause: { code: 'ECONNREFUSED' } })
    expect(lines.join('')).not.toContain('private')
  })

  it.each([false, true])('masks a secret wherever it turns up (pretty: %s)', pretty => {
    const { log, lines } = captured(pretty)
    log.warn({ error: new Error('refused xoxb-secret') }, 'the token xoxb-secret was refused')
    expect(lines.join('')).toContain('[secret]')
    expect(lines.join('')).not.toContain('xoxb-secret')
  })
})
