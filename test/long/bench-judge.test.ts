import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test('the bench of the judge prints its figures', async () => {
  const args = ['--events', '4000', '--hours', '1', '--releases', '1', '--only', 'many']
  const { stdout } = await run(process.execPath, ['bench/judge.ts', ...args, '--json'])
  const { curve, many } = JSON.parse(stdout) as {
    curve: unknown[]
    many: { releases: number; events: number; looksAMinute: number; keptMegabytes: number }
  }
  expect(curve).toEqual([])
  expect(many).toMatchObject({ releases: 1, events: 4_000 })
  expect(many.looksAMinute).toBeGreaterThan(0)
})
