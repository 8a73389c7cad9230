import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { secrets } from '../adapters/jose/secrets.ts'
import { createSmtpMailer } from '../adapters/mail/mailer.ts'
import { startMailServer } from '../adapters/mail/testing/mail-server.ts'
import { onEveryEngine, type TestDatabase } from '../adapters/postgres/testing/databases.ts'
import { systemClock } from '../clock.ts'
import { createMailHandler, orderMail } from './account-mail.ts'
import { type Mailer, mailJobKind } from './mail.ts'
import { silentLog } from './testing/silent-log.ts'
import { createWorker, type Worker } from './worker.ts'

const publicUrl = 'https://parley.example'
const member = { id: 'm-ada', username: 'ada', nickname: 'Ada <b>', email: 'ada@example.com' }
const confirm = { kind: 'confirm', email: 'ada@example.com', language: 'en' } as const

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
})

async function mailServer(port?: number) {
  const server = await startMailServer(port)
  // The last to be closed: it waits for whoever is connected to it.
  closers.unshift(() => server.close())
  return server
}

function smtp(url: string): Mailer {
  const mailer = createSmtpMailer(url, {
    from: 'Parley <parley@parley.example>',
    host: 'parley.example',
    log: silentLog,
    nowMs: () => systemClock.nowMs(),
  })
  closers.push(() => Promise.resolve(mailer.close()))
  return mailer
}

/** A process that sends mails, with a lease so short that another takes over soon. */
function working({ store, database }: TestDatabase, mailer: Mailer): Worker {
  const worker = createWorker({
    jobs: store.jobs,
    signals: database.signals,
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    handlers: new Map([
      [
        mailJobKind,
        createMailHandler({ store, mailer, secrets, clock: systemClock, log: silentLog, publicUrl }),
      ],
    ]),
    concurrency: 4,
    leaseMs: 600,
    pollMs: 100,
  })
  worker.start()
  closers.push(() => worker.drain(100))
  return worker
}

onEveryEngine('mails', open => {
  it('reach a real server, as text and as HTML, with a link that is good', async () => {
    const test = await open()
    const server = await mailServer()
    await test.store.members.add(member)
    working(test, smtp(server.url))
    await orderMail(test.store, confirm)
    await expect.poll(() => server.mails, { timeout: 15_000 }).toHaveLength(1)
    const [mail] = server.mails
    const token = /https:\/\/parley\.example\/email-verify\/([\w-]{43})\s/.exec(mail?.text ?? '')?.[1] ?? ''
    expect(mail?.html).toContain(`href="https://parley.example/email-verify/${token}"`)
    expect(mail?.html).toContain('Hello Ada &lt;b&gt;,')
    expect(mail?.text).toContain('Hello Ada <b>,')
    expect(await test.store.mailTokens.find(secrets.hash(token))).toMatchObject({
      memberId: 'm-ada',
      purpose: 'confirm',
    })
    expect(await test.store.mailTokens.find(token)).toBeUndefined()
  })

  it('wait for a server that is away', async () => {
    const test = await open()
    const away = await startMailServer()
    const port = Number(new URL(away.url).port)
    await away.close()
    await test.store.members.add(member)
    working(test, smtp(away.url))
    await orderMail(test.store, confirm)
    await expect.poll(() => test.store.jobs.nextDueMs([mailJobKind]), { timeout: 5_000 }).toBeGreaterThan(700)
    const back = await mailServer(port)
    await expect.poll(() => back.mails, { timeout: 10_000 }).toHaveLength(1)
  })

  it('of a process that dies while it sends are sent by another', async () => {
    const test = await open()
    const server = await mailServer()
    await test.store.members.add(member)
    await orderMail(test.store, confirm)
    // The first took the job and never came back.
    expect(await test.store.jobs.claim([mailJobKind], 300)).toMatchObject([{ attempt: 1 }])
    working(test, smtp(server.url))
    await expect.poll(() => server.mails, { timeout: 5_000 }).toHaveLength(1)
    await expect.poll(() => test.store.jobs.nextDueMs([mailJobKind])).toBeUndefined()
  })

  it('that are refused for good, or are for nobody, are let go', async () => {
    const test = await open()
    const server = await mailServer()
    await test.store.members.add(member)
    working(test, smtp(server.url))
    server.refuse(550, 1)
    await orderMail(test.store, confirm)
    await orderMail(test.store, { ...confirm, kind: 'reset', email: 'nobody@example.com' })
    await orderMail(test.store, {
      kind: 'change',
      memberId: randomUUID(),
      email: 'x@example.com',
      language: 'ko',
    })
    await expect.poll(() => test.store.jobs.nextDueMs([mailJobKind]), { timeout: 5_000 }).toBeUndefined()
    expect(server.mails).toEqual([])
    await orderMail(test.store, {
      kind: 'identity_linked',
      email: 'ada@example.com',
      language: 'ko',
      detail: 'Ada (Slack)',
    })
    await expect.poll(() => server.mails).toHaveLength(1)
    expect(server.mails[0]).toMatchObject({ subject: '계정이 연결되었습니다' })
    expect(server.mails[0]?.text).toContain('Ada (Slack)')
  })
})
