import { join, relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// What one process compiled of the libraries is there for the next.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

/** What takes longest, by minutes or by waiting. A fresh clone does not know, and would wait for the last alone. */
const longest = [
  'src/kill.test.ts',
  'src/leaving.test.ts',
  'src/web-kill.test.ts',
  'src/relay-kill.test.ts',
  'src/core/account-mail.test.ts',
  'src/books.test.ts',
  'src/start.test.ts',
  'src/web/pages.browser.test.ts',
  'src/whole-path.test.ts',
  'src/web/day.browser.test.ts',
  'src/container.test.ts',
  'src/faults.test.ts',
  'src/quota-kill.test.ts',
  'src/sandbox.browser.test.ts',
  'torture/slice.test.ts',
  'src/backup.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.indexOf(relative(import.meta.dirname, moduleId))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'migrations/**/*.test.ts', 'torture/**/*.test.ts'],
    globalSetup: ['src/adapters/postgres/testing/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    // Whole processes, browsers and databases share two cores: what hangs is found out all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Real sockets, processes and browsers on two shared cores: one that fails by a moment may try again, and is named.
    retry: process.env['CI'] ? 1 : 0,
    // One for each core but one is the default: on two cores that is one file after the other, most of which wait.
    maxWorkers: 3,
    // Tests that run beside each other start processes of their own, and wait more than they work.
    maxConcurrency: 4,
  },
})
