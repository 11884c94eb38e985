import { execFile } from 'node:child_process'
import { AftergreenError } from '../../src/errors.ts'
import type { Scenario } from '../../src/cli/demo-scenario.ts'
import { newBuild } from './names.ts'
import { demoFile } from './start-shop.ts'

/** Runs the unit tests of the new version of checkout. @returns how many passed; all did @throws DEMO_FAILED */
export function runUnitTests(scenario: Scenario): Promise<number> {
  const file = demoFile(`shop/checkout/${newBuild(scenario)}/unit-tests`)
  // a test run inside another one would report to that one
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--test', '--test-reporter=tap', file],
      { env, timeout: 30_000 },
      (error, output) => {
        const passed = Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? 0)
        const failed = Number(/^# fail (\d+)$/m.exec(output)?.[1] ?? 0)
        if (error === null && failed === 0 && passed > 0) resolve(passed)
        else {
          reject(
            new AftergreenError('DEMO_FAILED', 'The unit tests of the new version did not pass.', {
              hint: output.slice(-1000),
              cause: error,
            }),
          )
        }
      },
    )
  })
}
