import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createRandom } from '../src/stats/random.ts'
import { coldAlarm, coldStart } from './judge/cold-starts.ts'
import type { SimulatedRow } from './judge/simulations.ts'

async function rowsOf(bench: string, only: string): Promise<SimulatedRow[]> {
  const file = path.join(import.meta.dirname, bench)
  const options = ['--runs', '2', '--only', only, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...options])
  const { rows } = JSON.parse(stdout) as { rows: SimulatedRow[] }
  for (const { alarms, low, high } of rows) {
    expect(low).toBeLessThanOrEqual(alarms)
    expect(high).toBeGreaterThanOrEqual(alarms)
    expect(high - low).toBeGreaterThan(0)
  }
  return rows
}

test('of 200 cohorts one that is worse is noticed, without a change none', async () => {
  const rows = await rowsOf('judge-statistics.ts', 'cohorts of 12')
  const found = (name: string): number[] =>
    rows
      .filter((row) => row.case === name && row.judge === 'any: mean, every minute')
      .map(({ alarms }) => alarms)
  expect(found('null')).toEqual([0])
  expect(found('4 of them 5x')).toEqual([1])
})

test('what the edges may alarm by is within its interval', async () => {
  const rows = await rowsOf('judge-calibration.ts', 'edges')
  const alarms = rows.filter(({ judge }) => judge === 'alarm').map((row) => [row.case, row.alarms])
  expect(alarms).toContainEqual(['null', 0])
  expect(alarms).toContainEqual(['calls made twice', 1])
})

test('a cold start is no harm, and one that stays slow is', () => {
  const start = { decay: 10, apart: 0, isNamed: true }
  const healthy = coldStart(createRandom(1), start)
  expect(coldAlarm(healthy, 0)).toBeLessThan(120)
  expect(coldAlarm(healthy, 60)).toBe(Infinity)
  const slow = coldStart(createRandom(1), { ...start, slower: 2 })
  expect(coldAlarm(slow, 60)).toBeLessThan(Infinity)
})
