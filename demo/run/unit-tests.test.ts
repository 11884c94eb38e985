import { expect, test } from 'vitest'
import { runUnitTests } from './unit-tests.ts'

test.each([['faulty'], ['healthy'], ['late'], ['fix-breaks-other']] as const)(
  'the unit tests of the %s version pass',
  async (scenario) => {
    expect(await runUnitTests(scenario)).toBeGreaterThanOrEqual(7)
  },
)
