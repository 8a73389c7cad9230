import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Each file has a process of its own: what one compiled of the libraries is there for the next.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node')

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'migrations/**/*.test.ts', 'torture/**/*.test.ts'],
    globalSetup: ['src/adapters/postgres/testing/global-setup.ts'],
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
