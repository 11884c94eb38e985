import { expect, test } from 'vitest'
import { planned } from './mutants.fixture.ts'
import type { MutationCache } from './mutation-cache.ts'
import { runMutants } from './run-mutants.ts'
import type { MutatedTests } from './run-tests.ts'

const { mutants } = planned({
  production: Array.from({ length: 12 }, (_, index) => `SOME_KEY_${index}=${index}\n`).join(''),
})

/** All are noticed by the contract, so that nothing is run; each takes a while, as in a large repository. */
function ask(quit: AbortSignal, onProgress: (done: number) => void) {
  const none = { close: async () => {}, isSuspicious: () => false }
  const cache: Pick<MutationCache, 'get'> = { get: () => undefined }
  return runMutants({
    root: '/nowhere',
    network: { off: true, wrap: (command: unknown) => command } as never,
    stop: AbortSignal.any([quit, AbortSignal.abort()]),
    quit,
    beforeRuns: () => {},
    mutants,
    equivalent: () => undefined,
    contract: () => {
      const began = performance.now()
      while (performance.now() - began < 15);
      return 'config check finds something.'
    },
    env: {},
    tests: none as unknown as MutatedTests,
    cache: cache as MutationCache,
    nameOf: () => '',
    jobs: 1,
    whyStopped: () => 'It was stopped before.',
    onProgress: ({ done }) => onProgress(done),
  })
}

test('what needs no run is told as it goes, and is not ended by the budget of runs', async () => {
  const told: number[] = []
  const { results } = await ask(new AbortController().signal, (done) => told.push(done))
  expect(results.every(({ outcome }) => outcome === 'noticed')).toBe(true)
  expect(told.length).toBeGreaterThan(3)
  expect(told.at(-1)).toBe(mutants.length)
})

test('a person who stops it is heard at once', async () => {
  const quit = new AbortController()
  setTimeout(() => quit.abort(), 60)
  const { results } = await ask(quit.signal, () => {})
  const outcomes = new Set(results.map(({ outcome }) => outcome))
  expect([...outcomes]).toEqual(['noticed', 'not-run'])
})
