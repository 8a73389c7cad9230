import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { type MailServer, startMailServer } from '../../adapters/mail/testing/mail-server.ts'
import { readConfig } from '../../config.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { startParley } from '../../parley.ts'
import { openBrowser } from '../../sandbox/page/testing/browser.ts'

/** A whole Parley with a mail server, and browsers that visit it. */
export interface Home {
  readonly url: string
  readonly mail: MailServer
  /** A person's fresh window; what its pages complain of is added to `complaints`. */
  visit(options?: BrowserContextOptions): Promise<{ readonly context: BrowserContext; readonly page: Page }>
  readonly complaints: readonly string[]
  /** The newest link that was mailed to this address, once there are so many of them. */
  link(email: string, count?: number): string | undefined
  close(): Promise<void>
}

export async function openHome(env: Readonly<Record<string, string>> = {}): Promise<Home> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-home-'))
  const mail = await startMailServer()
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dir,
    SMTP_URL: mail.url,
    MAIL_FROM: 'parley@example.com',
    ...env,
  })
  const [parley, browser] = await Promise.all([startParley(config, { log: silentLog }), openBrowser()])
  const complaints: string[] = []
  return {
    url: parley.url,
    mail,
    complaints,
    async visit(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, ...options })
      context.setDefaultTimeout(10_000)
      const page = await context.newPage()
      page.on('pageerror', error => complaints.push(String(error)))
      page.on('console', line => {
        // A browser reports every refused request; that a form is refused is what some tests are about.
        if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
          complaints.push(line.text())
      })
      return { context, page }
    },
    link(email, count = 1) {
      const links = mail.mails
        .filter(({ to }) => to?.some(({ address }) => address === email))
        .flatMap(
          ({ text }) => /https?:\/\/\S+\/(?:email-verify|password-reset)\/\S+/.exec(text ?? '')?.[0] ?? [],
        )
      return links.length < count ? undefined : links.at(-1)
    },
    async close() {
      await browser.close()
      await parley.stop()
      await mail.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What stands in somebody's way on this page, by axe-core. */
export async function hindrances(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  return page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? ''))))`)
}
