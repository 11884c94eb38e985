import { defineConfig } from 'vitest/config'

/** They compare times with each other or measure memory, and nothing may run beside them. */
const longAlone = [
  'test/long/{cluster,cluster-store,kill,limits,torture,fuzz,store-pressure}.test.ts',
  'test/long/demo-*.test.ts',
]

/** Those that need what this machine has not, as `scripts/test.mjs` found: vitest's `--exclude` reaches no project. */
const without = (process.env['AFTERGREEN_TESTS_WITHOUT'] ?? '').split(',').filter(Boolean)

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,demo,web,bench,scripts,conformance,fuzz,torture}/**/*.test.{ts,tsx}'],
          exclude: without,
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**', ...without],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          exclude: [...longAlone, ...without],
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'long-alone',
          include: longAlone,
          exclude: without,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
