import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'migrations/**/*.test.ts'],
    globalSetup: ['src/adapters/postgres/testing/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests that run beside each other start processes of their own, and wait more than they work.
    maxConcurrency: 4,
  },
})
