import { deepEqual } from 'node:assert/strict'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { PageHarness } from '../../web/fixtures/page-harness.ts'

/**
 * A browser for the tests of a file. After each of them nothing may have been complained of on the console, or fetched from
 * elsewhere.
 */
export function harnessOfFile(ready: (harness: PageHarness) => void): void {
  let harness: PageHarness

  beforeAll(async () => {
    harness = await PageHarness.start()
    ready(harness)
  })

  afterEach(async () => {
    const { complaints, hosts } = await harness.tidy()
    deepEqual(complaints, [], 'errors or warnings on the console')
    deepEqual(hosts, ['127.0.0.1'], 'nothing is fetched from elsewhere')
  })

  afterAll(async () => harness?.stop())
}
