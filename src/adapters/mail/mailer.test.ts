import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, describe, expect, it } from 'vitest'
import type { OutgoingMail } from '../../core/mail.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createOutbox, createSmtpMailer, type MailOptions } from './mailer.ts'
import { startMailServer } from './testing/mail-server.ts'

const options: MailOptions = {
  from: 'Parley <parley@parley.example>',
  host: 'parley.example',
  log: silentLog,
  nowMs: () => Date.UTC(2026, 10, 21, 9),
}
const mail: OutgoingMail = {
  id: 'job-1',
  to: 'ada@example.com',
  subject: '이메일 주소를 확인해 주세요',
  text: 'Open https://parley.example/email-verify/abc — thank you.\n',
  html: '<p>Open <a href="https://parley.example/email-verify/abc">this</a>.</p>',
}

describe('over SMTP', async () => {
  const server = await startMailServer()
  const mailer = createSmtpMailer(server.url, options)
  afterAll(async () => {
    mailer.close()
    await server.close()
  })

  it('a mail arrives as it was written, as text and as HTML', async () => {
    await mailer.send(mail)
    expect(server.mails).toHaveLength(1)
    const [arrived] = server.mails
    expect(arrived).toMatchObject({
      subject: mail.subject,
      from: { name: 'Parley', address: 'parley@parley.example' },
      to: [{ address: 'ada@example.com' }],
      messageId: '<job-1@parley.example>',
    })
    expect(arrived?.text?.trim()).toBe(mail.text.trim())
    expect(arrived?.html?.trim()).toBe(mail.html)
    expect(arrived?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  })

  it('a server that is busy is tried again, one that refuses is not', async () => {
    server.refuse(451, 1)
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'platform_unavailable' })
    server.refuse(554, 1)
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'platform_refused' })
    await mailer.send(mail)
  })

  it('an address never makes a second header or recipient', async () => {
    const before = server.mails.length
    const sent = mailer.send({ ...mail, to: 'ada@example.com\r\nBcc: eve@example.com' })
    await sent.catch(() => undefined)
    for (const arrived of server.mails.slice(before)) {
      expect(arrived.bcc ?? []).toEqual([])
      expect(arrived.headers.map(({ key }) => key)).not.toContain('bcc')
    }
  })
})

it('a server that is not there is tried again later', async () => {
  const gone = await startMailServer()
  await gone.close()
  const mailer = createSmtpMailer(gone.url, options)
  await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'platform_unavailable' })
  mailer.close()
})

it('without a server it stands in the outbox, for its owner’s eyes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-outbox-'))
  const lines: string[] = []
  const log = { ...silentLog, info: (_: unknown, line: string) => void lines.push(line) }
  await createOutbox(join(dir, 'outbox'), { ...options, log }).send(mail)
  const [name = ''] = readdirSync(join(dir, 'outbox'))
  const path = join(dir, 'outbox', name)
  expect(name).toMatch(/job-1\.eml$/)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await PostalMime.parse(readFileSync(path))).toMatchObject({
    subject: mail.subject,
    messageId: '<job-1@parley.example>',
  })
  expect(lines.join()).toContain(path)
  expect(lines.join()).not.toContain('ada@example.com')
  rmSync(dir, { recursive: true })
})
