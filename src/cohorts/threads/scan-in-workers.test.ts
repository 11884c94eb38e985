import { expect, test } from 'vitest'
import { scanCohorts } from '../search/scan-cohorts.ts'
import type { ScanSettings } from '../search/scan-contender.ts'
import { scanInWorkers } from './scan-in-workers.ts'
import { codedPopulation } from '../search/testing/coded-population.ts'

const settings: ScanSettings = {
  kind: 'share',
  maxOrder: 3,
  minimumBad: 4,
  baseCost: 3,
  restRatio: 1,
  root: true,
  excluded: [],
  keep: 20,
}

const value = (attribute: number, code: number) => ({ attribute, first: code, last: code })

const { population, attributes } = codedPopulation({
  seed: 3,
  rows: 20_000,
  categories: [12, 3, 20, 6, 4, 9],
  numbers: [20, 30, 12],
  badShare: 0.3,
  candidateShare: 0.4,
  dependent: 0.5,
  goodWeight: 'mixed',
  faults: [
    { conditions: [value(1, 2), value(3, 1), value(4, 2)], badRate: 0.6 },
    { conditions: [value(0, 1), { attribute: 6, first: 4, last: 9 }], badRate: 0.5 },
  ],
})

test.each([1, 2, 3])('%i threads give the answer of one, byte for byte', async (threads) => {
  for (const kind of ['share', 'volume'] as const) {
    const asked = { ...settings, kind, baseCost: kind === 'share' ? 3 : -6 }
    const wanted = scanCohorts(population, attributes, asked)
    expect(wanted.contenders.length).toBeGreaterThan(kind === 'share' ? 10 : 0)
    const progress: number[] = []
    const found = await scanInWorkers(population, attributes, asked, {
      threads,
      onProgress: (done) => progress.push(done),
    })
    expect(JSON.stringify(found)).toBe(JSON.stringify(wanted))
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect(progress.every((done) => done >= 0 && done <= 1)).toBe(true)
  }
})

test.each([1, 2])('with %i threads, an aborted scan gives what it has', async (threads) => {
  const aborted = await scanInWorkers(population, attributes, settings, {
    threads,
    signal: AbortSignal.abort(),
  })
  expect(aborted.cut).toHaveLength(3)
  expect(aborted.contenders.filter(({ conditions }) => conditions.length > 0)).toEqual([])

  const control = new AbortController()
  const large = codedPopulation({
    seed: 3,
    rows: 60_000,
    categories: Array.from({ length: 16 }, () => 20),
    numbers: [],
    badShare: 0.3,
    candidateShare: 0.4,
  })
  const start = performance.now()
  const answer = scanInWorkers(
    large.population,
    large.attributes,
    { ...settings, maxOrder: 6 },
    {
      threads,
      signal: control.signal,
      // well after the first orders, and long before the last
      onProgress: () => {
        if (performance.now() - start > 400) control.abort()
      },
    },
  )
  const { cut, cells } = await answer
  expect(cut.at(-1)).toBe('Not all cohorts of 6 conditions were compared: the search was stopped.')
  expect(cells).toBeGreaterThan(0)
  expect(performance.now() - start).toBeLessThan(20_000)
})
