import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real Chromium: the one that CHROME_PATH names, else the one that is installed with the tests. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: flags, headless: true })
}

async function findChromium(): Promise<string> {
  const named = process.env['CHROME_PATH']
  if (named) return named
  // Its archive brings the libraries that a bare machine lacks only when it believes to run there.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x'
  const { default: packed } = await import('@sparticuz/chromium')
  return packed.executablePath()
}

const desktop = { width: 1360, height: 820 }

/** A person's fresh window on the sandbox page. What the page complains of is added to `complaints`. */
export async function openPage(
  browser: Browser,
  url: string,
  { complaints = [], ...options }: BrowserContextOptions & { readonly complaints?: string[] } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: desktop, ...options })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', line => {
    if (line.type() === 'error') complaints.push(line.text())
  })
  await page.goto(url)
  await page.locator('.channel :is(.empty, .msg)').first().waitFor({ state: 'attached' })
  return page
}
