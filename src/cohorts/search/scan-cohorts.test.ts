import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import type { Population } from '../cell-counts.ts'
import { scanCohorts } from './scan-cohorts.ts'
import type { CodedCondition, Contender, ScanSettings } from './scan-contender.ts'
import { keptPerSet } from './scan-keeper.ts'
import { codedPopulation, matches, type CodedOptions } from './testing/coded-population.ts'
import { scanOracle } from './testing/scan-oracle.ts'

const settings: ScanSettings = {
  kind: 'share',
  maxOrder: 3,
  minimumBad: 4,
  baseCost: 3,
  restRatio: 1,
  root: false,
  excluded: [],
}

const value = (attribute: number, code: number): CodedCondition => ({
  attribute,
  first: code,
  last: code,
})

/** A weak fault of one condition and a strong one of three, half of it outside the first; what is wanted is plenty. */
const categorical: CodedOptions = {
  seed: 1,
  rows: 4000,
  categories: [4, 3, 5, 2, 3],
  numbers: [],
  badShare: 0.05,
  candidateShare: 0.4,
  dependent: 0.5,
  faults: [
    { conditions: [value(0, 1)], badRate: 0.05 },
    { conditions: [value(1, 2), value(2, 1), value(4, 1)], badRate: 0.6 },
    { conditions: [value(3, 2), value(2, 3)], badRate: 0.3 },
  ],
}

/** What the scan keeps of the oracle's list. */
function kept(contenders: readonly Contender[]): Contender[] {
  const sets = new Map<string, number>()
  return contenders.filter(({ conditions }) => {
    const set = conditions.map(({ attribute }) => attribute).join()
    const place = (sets.get(set) ?? 0) + 1
    sets.set(set, place)
    return place <= keptPerSet
  })
}

function key({ conditions }: Contender): string {
  return conditions.map(({ attribute, first, last }) => `${attribute}:${first}-${last}`).join(' ')
}

function expectSame(found: readonly Contender[], wanted: readonly Contender[]): void {
  expect(found.map(key).toSorted()).toEqual(wanted.map(key).toSorted())
  const byKey = new Map(wanted.map((contender) => [key(contender), contender]))
  for (const contender of found) {
    const other = byKey.get(key(contender))!
    expect(contender.counts).toEqual(other.counts)
    for (const field of ['score', 'fit', 'cost', 'prior'] as const) {
      expect(contender[field]).toBeCloseTo(other[field], 8)
    }
  }
}

test.each([
  { name: 'rows of equal weight', order: 3, change: {} },
  { name: 'four conditions', order: 4, change: { categories: [3, 3, 3, 2, 3] } },
  { name: 'good rows that stand for 20 each', order: 3, change: { goodWeight: 20 } },
  { name: 'baseline rows of different weights', order: 3, change: { goodWeight: 'mixed' } },
  { name: 'another table', order: 3, change: { seed: 2, badShare: 0.4, dependent: 0 } },
] satisfies { name: string; order: number; change: Partial<CodedOptions> }[])(
  'finds what enumerating every conjunction finds: $name',
  ({ order, change }) => {
    const { population, attributes } = codedPopulation({ ...categorical, ...change })
    const asked = { ...settings, maxOrder: order }
    const wanted = kept(scanOracle(population, attributes, asked))
    expect(wanted.length).toBeGreaterThan(2)
    const { contenders, cut } = scanCohorts(population, attributes, asked)
    expectSame(contenders, wanted)
    expect(cut).toEqual([])
  },
)

test('nothing that has the rows is lost, however few are asked for', () => {
  const { population, attributes } = codedPopulation({ ...categorical, rows: 3000 })
  for (const minimumBad of [1, 2, 8, 25]) {
    const asked = { ...settings, minimumBad }
    const wanted = kept(scanOracle(population, attributes, asked))
    expect(wanted.length).toBeGreaterThan(2)
    expectSame(scanCohorts(population, attributes, asked).contenders, wanted)
  }
})

test('volume: what grew and what shrank', () => {
  const { population, attributes } = codedPopulation({ ...categorical, dependent: 0, faults: [] })
  const random = createRandom(5)
  const grown = [value(1, 1), value(2, 2)]
  const shrunk = [value(2, 1), value(3, 1), value(4, 1)]
  for (let row = 0; row < population.classes.length; row++) {
    const { codes, classes } = population
    const move = random.uniform() < 0.6
    if (move && matches(grown, codes, row)) classes[row]! |= 2
    if (move && matches(shrunk, codes, row)) classes[row]! &= 1
  }
  const asked = { ...settings, kind: 'volume' as const, minimumBad: 8 }
  const wanted = kept(scanOracle(population, attributes, asked))
  const { contenders } = scanCohorts(population, attributes, asked)
  expectSame(contenders, wanted)
  const named = contenders.map(({ conditions }) => conditions)
  expect(named).toContainEqual(grown)
  expect(named).toContainEqual(shrunk)
})

test.each([
  [{ attribute: 3, first: 2, last: 4 }],
  [value(0, 2), { attribute: 3, first: 3, last: 5 }],
  [value(0, 1), value(1, 2), { attribute: 4, first: 4, last: 6 }],
  [
    { attribute: 3, first: 2, last: 4 },
    { attribute: 4, first: 4, last: 6 },
  ],
  [value(2, 1), { attribute: 3, first: 2, last: 4 }, { attribute: 4, first: 4, last: 6 }],
  [value(1, 1), value(3, 0)],
  [
    { attribute: 3, first: 2, last: 5 },
    { attribute: 4, first: 3, last: 6 },
    { attribute: 5, first: 1, last: 4 },
  ],
])('the best of all intervals, rectangles and boxes comes first: %j, %j, %j', (...conditions) => {
  const { population, attributes } = codedPopulation({
    seed: 4,
    rows: 2500,
    categories: [3, 3, 2],
    numbers: conditions.length === 3 ? [7, 6, 6] : [8, 7, 3],
    badShare: 0.04,
    candidateShare: 0.5,
    faults: [{ conditions: conditions.filter(Boolean), badRate: 0.7 }],
  })
  const best = scanOracle(population, attributes, settings)[0]!
  const { contenders } = scanCohorts(population, attributes, settings)
  expect(contenders[0]!.conditions).toEqual(best.conditions)
  expect(contenders[0]!.counts).toEqual(best.counts)
  expect(contenders[0]!.fit).toBeCloseTo(best.fit, 8)
})

test('every contender has the counts that filtering the rows gives', () => {
  const { population, attributes } = codedPopulation({
    ...categorical,
    rows: 20_000,
    categories: [12, 30, 5, 7],
    numbers: [48, 20, 30, 11],
    goodWeight: 'mixed',
    badShare: 0.3,
  })
  const { contenders } = scanCohorts(population, attributes, { ...settings, baseCost: -4 })
  expect(new Set(contenders.map(({ conditions }) => conditions.length))).toEqual(new Set([1, 2, 3]))
  for (const { conditions, counts } of contenders) {
    const four = [0, 0, 0, 0]
    for (const [row, code] of population.classes.entries()) {
      if (matches(conditions, population.codes, row)) four[code]! += population.weights![row]!
    }
    expect(counts).toEqual(four)
  }
})

test('the order of the rows makes no difference', () => {
  const { population, attributes } = codedPopulation({
    ...categorical,
    numbers: [30, 12],
    goodWeight: 'mixed',
  })
  const random = createRandom(9)
  const order = population.rows.slice()
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  const shuffled: Population = {
    rows: order,
    classes: Uint8Array.from(order, (row) => population.classes[row]!),
    codes: population.codes.map((codes) => Uint8Array.from(order, (row) => codes[row]!)),
    weights: Float64Array.from(order, (row) => population.weights![row]!),
  }
  const answer = JSON.stringify(scanCohorts(population, attributes, settings))
  expect(JSON.stringify(scanCohorts(shuffled, attributes, settings))).toBe(answer)
})

test('a strong child is found behind a diluted parent, and children no worse than their parent are not', () => {
  const child = [value(1, 2), value(2, 1), value(4, 1)]
  const { population, attributes } = codedPopulation({
    ...categorical,
    rows: 30_000,
    dependent: 0,
    faults: [{ conditions: child, badRate: 0.5 }],
  })
  const { contenders } = scanCohorts(population, attributes, settings)
  expect(contenders[0]!.conditions).toEqual(child)
  // its wider cells are worse, too
  expect(contenders.some(({ conditions }) => conditions.length === 1)).toBe(true)

  const parent = codedPopulation({
    ...categorical,
    rows: 30_000,
    dependent: 0,
    faults: [{ conditions: [value(2, 1)], badRate: 0.3 }],
  })
  const found = scanCohorts(parent.population, parent.attributes, settings).contenders
  expect(found[0]!.conditions).toEqual([value(2, 1)])
  const children = found.filter(({ conditions }) => conditions.length > 1)
  expect(children.length).toBeLessThan(5)
})

test('big parents cannot push narrow children out', () => {
  const { population, attributes } = codedPopulation({ ...categorical, rows: 10_000 })
  const { contenders } = scanCohorts(population, attributes, { ...settings, keep: 1 })
  expect(contenders).toHaveLength(3)
  expect(new Set(contenders.map(({ conditions }) => conditions.length))).toEqual(new Set([1, 2, 3]))
})

test('excluded attributes and values without a name are not named', () => {
  const { population, attributes } = codedPopulation(categorical)
  const best = scanCohorts(population, attributes, settings).contenders
  expect(best.some(({ conditions }) => conditions.some(({ attribute }) => attribute === 2))).toBe(
    true,
  )
  const excluded = scanCohorts(population, attributes, { ...settings, excluded: [2] })
  for (const { conditions } of excluded.contenders) {
    expect(conditions.map(({ attribute }) => attribute)).not.toContain(2)
  }
  const unnamed = attributes.map((attribute, index) =>
    index === 2 ? { ...attribute, other: 1 } : attribute,
  )
  for (const { conditions } of scanCohorts(population, unnamed, settings).contenders) {
    expect(conditions).not.toContainEqual(value(2, 1))
  }
})

test('everything is a contender where it is asked for', () => {
  const { population, attributes } = codedPopulation({
    ...categorical,
    faults: [{ conditions: [], badRate: 0.3 }],
  })
  const { contenders } = scanCohorts(population, attributes, { ...settings, root: true })
  const worth = contenders.filter(({ score }) => score > 0)
  expect(worth.map(({ conditions }) => conditions)).toEqual([[]])
})

test('a scan that is stopped says which orders it did not finish', () => {
  const { population, attributes } = codedPopulation(categorical)
  const complete = scanCohorts(population, attributes, settings)
  let asked = 0
  const { cut, cells, contenders } = scanCohorts(
    population,
    attributes,
    settings,
    () => ++asked > 15,
  )
  expect(cut).toEqual(['Not all cohorts of 3 conditions were compared: the search was stopped.'])
  expect(cells).toBeLessThan(complete.cells)
  expect(contenders.length).toBeGreaterThan(0)
  const stopped = scanCohorts(population, attributes, settings, () => true)
  expect(stopped.cut).toHaveLength(3)
  expect(stopped.contenders).toEqual([])
})

test('says how many conjunctions it compared', () => {
  const { population, attributes } = codedPopulation({
    ...categorical,
    categories: [3, 2],
    numbers: [4, 2],
    absent: 0,
    faults: [],
  })
  // 4 and 3 codes (with "absent"), 10 and 3 intervals
  const { cells } = scanCohorts(population, attributes, settings)
  const pairs = 4 * 3 + (4 + 3) * (10 + 3) + 10 * 3
  expect(cells).toBe(4 + 3 + 10 + 3 + pairs + 4 * 3 * (10 + 3) + (4 + 3) * 10 * 3)
})

test('ranges of four numbers are not compared, and it says so', () => {
  const { population, attributes } = codedPopulation({
    ...categorical,
    rows: 300,
    categories: [2],
    numbers: [3, 3, 3, 3],
  })
  const { cut } = scanCohorts(population, attributes, { ...settings, maxOrder: 4 })
  expect(cut).toEqual(['Cohorts with ranges of more than three numbers were not compared.'])
})

test.each([
  { rows: 0, categories: [3], numbers: [4] },
  { rows: 1, categories: [3], numbers: [4] },
  { rows: 50, categories: [], numbers: [] },
  { rows: 50, categories: [1], numbers: [1] },
  { rows: 200, categories: [3, 3, 3], numbers: [], candidateShare: 1 },
  { rows: 200, categories: [3, 3, 3], numbers: [5], candidateShare: 0 },
  { rows: 200, categories: [3, 3, 3], numbers: [5, 5, 5], badShare: 1 },
])('odd tables give an answer: %j', (change) => {
  const { population, attributes } = codedPopulation({ ...categorical, faults: [], ...change })
  for (const kind of ['share', 'volume'] as const) {
    const { contenders } = scanCohorts(population, attributes, { ...settings, kind, root: true })
    for (const { score, fit } of contenders) expect(Number.isFinite(score + fit)).toBe(true)
  }
})
