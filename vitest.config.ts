import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'migrations/**/*.test.ts', 'torture/**/*.test.ts'],
    globalSetup: ['src/adapters/postgres/testing/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One for each core but one is the default: on two cores that is one file after the other, most of which wait.
    maxWorkers: 3,
    // Tests that run beside each other start processes of their own, and wait more than they work.
    maxConcurrency: 4,
  },
})
