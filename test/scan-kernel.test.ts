import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { compileScanKernel, scanKernelFile } from '../scripts/build-kernels.mjs'
import { allowKernel } from '../src/cohorts/search/kernels/compiled-kernel.ts'
import { searchCohorts } from '../src/cohorts/search-cohorts.ts'
import { plantedTable } from '../src/cohorts/testing/planted-table.ts'
import { scanCohorts } from '../src/cohorts/search/scan-cohorts.ts'
import type { ScanResult, ScanSettings } from '../src/cohorts/search/scan-contender.ts'
import { ContenderKeeper } from '../src/cohorts/search/scan-keeper.ts'
import { ScanJury } from '../src/cohorts/search/scan-jury.ts'
import { rootNode } from '../src/cohorts/search/scan-node.ts'
import { ScanRun, scanParts } from '../src/cohorts/search/scan-plan.ts'
import { scanSpace } from '../src/cohorts/search/scan-space.ts'
import {
  codedPopulation,
  type CodedOptions,
} from '../src/cohorts/search/testing/coded-population.ts'
import { ScanKernel } from '../src/cohorts/search/kernels/scan-kernel.ts'

afterEach(() => {
  allowKernel(true)
})

function withPlainLoops<T>(work: () => T): T {
  allowKernel(false)
  try {
    return work()
  } finally {
    allowKernel(true)
  }
}

const settings: ScanSettings = {
  kind: 'share',
  maxOrder: 3,
  minimumBad: 4,
  baseCost: -8,
  restRatio: 1,
  root: true,
  excluded: [],
  keep: 1000,
}

const faulty: CodedOptions = {
  seed: 7,
  rows: 6000,
  categories: [6, 3, 9, 2, 4, 30],
  numbers: [48, 20, 9],
  badShare: 0.08,
  candidateShare: 0.45,
  dependent: 0.4,
  faults: [
    {
      conditions: [
        { attribute: 0, first: 1, last: 1 },
        { attribute: 2, first: 2, last: 2 },
      ],
      badRate: 0.3,
    },
    {
      conditions: [
        { attribute: 3, first: 1, last: 1 },
        { attribute: 4, first: 1, last: 1 },
        { attribute: 6, first: 10, last: 20 },
      ],
      badRate: 0.4,
    },
    {
      conditions: [
        { attribute: 6, first: 25, last: 40 },
        { attribute: 7, first: 3, last: 11 },
      ],
      badRate: 0.25,
    },
  ],
}

/** Both ways of scanning. */
function both(options: CodedOptions, asked: ScanSettings): [ScanResult, ScanResult] {
  const { population, attributes } = codedPopulation(options)
  const scan = (): ScanResult => scanCohorts(population, attributes, asked)
  return [scan(), withPlainLoops(scan)]
}

function kernelFor(asked: Partial<ScanSettings>): ScanKernel | null {
  const { population, attributes } = codedPopulation(faulty)
  const space = scanSpace(population, attributes, { ...settings, ...asked }, false)
  return ScanKernel.of(space, rootNode(space), new ScanJury(space, new ContenderKeeper(10)))
}

test('the compiled bytes are what the sources compile to', async () => {
  expect(await compileScanKernel()).toBe(readFileSync(scanKernelFile, 'utf8'))
}, 60_000)

describe('the compiled scan', () => {
  test('is there for shares, and not where it is switched off', () => {
    expect(kernelFor({})).not.toBeNull()
    expect(kernelFor({ kind: 'volume' })).toBeNull()
    expect(kernelFor({ maxOrder: 1 })).toBeNull()
    expect(withPlainLoops(() => kernelFor({}))).toBeNull()
  })

  test.each([1, 50, 'mixed' as const])(
    'finds what the plain loops find, bit by bit (weights %s)',
    (goodWeight) => {
      const [compiled, plain] = both({ ...faulty, goodWeight }, settings)
      expect(compiled).toEqual(plain)
      const orders = plain.contenders.map(({ conditions }) => conditions.length)
      expect(orders.filter((order) => order === 2).length).toBeGreaterThan(20)
      expect(orders.filter((order) => order === 3).length).toBeGreaterThan(20)
    },
  )

  test('hands over to the plain loops beyond order 3', () => {
    const asked = { ...settings, maxOrder: 4, baseCost: -20 }
    const [compiled, plain] = both({ ...faulty, rows: 2000 }, asked)
    expect(compiled).toEqual(plain)
    expect(plain.contenders.some(({ conditions }) => conditions.length === 4)).toBe(true)
  })

  test('keeps scans apart that one thread does by turns, and those that come after', () => {
    const runs = [faulty, { ...faulty, seed: 8, rows: 2500, goodWeight: 'mixed' as const }].map(
      (options) => {
        const { population, attributes } = codedPopulation(options)
        const space = scanSpace(population, attributes, settings, false)
        const run = ScanRun.of(space, () => false)
        return { parts: scanParts(space, run.root), run, plain: both(options, settings)[1] }
      },
    )
    const most = Math.max(...runs.map(({ parts }) => parts.length))
    for (let index = 0; index < most; index++) {
      for (const { parts, run } of runs) if (index < parts.length) run.do(parts[index]!)
    }
    for (const { run, plain } of runs) {
      run.end()
      const wanted = plain.contenders.filter(({ conditions }) => conditions.length > 0)
      expect(run.contenders).toEqual(wanted)
    }
  })

  test('finds what the plain loops find in any population', () => {
    const sizes = (most: number, length: number) =>
      fc.array(fc.integer({ min: 1, max: most }), { maxLength: length })
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1e6 }),
          rows: fc.integer({ min: 1, max: 1200 }),
          categories: sizes(12, 7),
          numbers: sizes(60, 4),
          badShare: fc.double({ min: 0.02, max: 0.9, noNaN: true }),
          candidateShare: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
          dependent: fc.constantFrom(0, 0.5),
          absent: fc.constantFrom(0, 0.1),
          goodWeight: fc.constantFrom(1, 7, 'mixed' as const),
        }),
        fc.record({
          minimumBad: fc.constantFrom(1, 4, 6.5),
          baseCost: fc.constantFrom(-12, 0, 4),
          restRatio: fc.constantFrom(1, 1.7),
        }),
        (options, asked) => {
          const [compiled, plain] = both(options, { ...settings, ...asked })
          expect(compiled).toEqual(plain)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('leads to the same cohorts', () => {
    const { table, measures } = plantedTable({
      seed: 3,
      rows: 6000,
      measures: 2,
      cohort: 'random',
    })
    const search = () => searchCohorts({ table, measures, maxOrder: 3, leastScore: -5 })
    expect(search()).toEqual(withPlainLoops(search))
  })
})
