import { expect, test } from 'vitest'
import { searchCohorts } from '../search-cohorts.ts'
import { plantedTable } from '../testing/planted-table.ts'
import { searchCohortsInWorkers } from './search-cohorts-in-workers.ts'

// large enough for a scan to be shared
const { table, measures } = plantedTable({
  seed: 3,
  rows: 25_000,
  candidateShare: 0.4,
  baseRate: 0.03,
  measures: 2,
  cohort: 'random',
})
const partly = {
  name: 'partly',
  bad: measures[0]!.bad.map((flag, row) => (row % 4 === 0 ? 255 : flag)),
}
const weighted = { ...measures[1]!, weights: Float64Array.from({ length: 25_000 }, () => 1.5) }
const volume = { ...measures[1]!, kind: 'volume' as const }

test('one measure that several threads scan, and several measures, give the answer of one thread', async () => {
  for (const { some, threads } of [
    { some: measures.slice(0, 1), threads: [1, 2, 3] },
    { some: [partly, weighted, volume], threads: [2] },
  ]) {
    const wanted = searchCohorts({ table, measures: some, leastScore: -5 })
    expect(wanted.found.length).toBeGreaterThan(0)
    for (const count of threads) {
      const progress: number[] = []
      const found = await searchCohortsInWorkers(
        { table, measures: some, leastScore: -5 },
        { threads: count, onProgress: (done) => progress.push(done) },
      )
      expect(JSON.stringify(found)).toBe(JSON.stringify(wanted))
      expect(progress).toEqual(progress.toSorted((a, b) => a - b))
      expect(progress.at(-1)).toBe(1)
    }
  }
})

test.each([1, 2])('with %i threads, an aborted search gives what it has', async (threads) => {
  const before = await searchCohortsInWorkers(
    { table, measures },
    { threads, signal: AbortSignal.abort() },
  )
  expect(before.found).toEqual([])
  expect(before.searched.cut).toEqual([
    'Did not search measure 1: stopped before.',
    'Did not search measure 2: stopped before.',
  ])

  const control = new AbortController()
  const start = performance.now()
  // well after the first orders, and long before the last
  const timer = setTimeout(() => control.abort(), 400)
  const { searched } = await searchCohortsInWorkers(
    { table, measures: measures.slice(0, 1), maxOrder: 6 },
    { threads, signal: control.signal },
  )
  clearTimeout(timer)
  expect(searched.cut.join(' ')).toContain(
    'Not all cohorts of 6 conditions were compared: the search was stopped.',
  )
  expect(searched.cells).toBeGreaterThan(0)
  expect(performance.now() - start).toBeLessThan(20_000)
})

test('what is wrong with the search is said before any thread starts', async () => {
  const search = { table, measures: [{ name: 'short', bad: new Uint8Array(3) }] }
  await expect(searchCohortsInWorkers(search, { threads: 2 })).rejects.toThrow(
    'short has 3 entries for 25000 rows',
  )
})
