import { expect, test } from 'vitest'
import { createRandom } from '../../../stats/random.ts'
import type { Release } from '../../release.ts'
import { sampleRelease } from '../../testing/sample-verdict.ts'
import type { FindingUnits } from './finding-units.ts'
import { type Before, tellApart, type ToldApart } from './tell-apart.ts'
import { tellByOrder } from './tell-by-order.ts'

const began = (service: string, at: number): Release =>
  sampleRelease({ service, startedAt: new Date(at).toISOString() })

interface Plan {
  seed: number
  units?: number
  /** Share of the units that meet the other's new version, by our side. */
  other: (candidate: number) => number
  /** Chance that a unit is bad. */
  bad: (candidate: number, other: number) => number
  /** Chance that a unit does not meet the other service. */
  absent?: (bad: boolean) => number
  /** Units of our new version; default 30 %. */
  share?: number
  before?: Before
}

const window = { from: 0, to: 60_000, blockMillis: 5_000, blocks: 12 }

function told({ seed, units = 4_000, other, bad, absent, share = 0.3, before }: Plan): ToldApart {
  const random = createRandom(seed)
  const side = new Uint8Array(units)
  const table = {
    traceIds: Array.from({ length: units }, String),
    candidate: new Uint8Array(units),
    bad: new Uint8Array(units),
    at: Float64Array.from({ length: units }, (_, i) => (i / units) * window.to),
    stratum: new Uint8Array(units),
  } satisfies FindingUnits
  for (let i = 0; i < units; i++) {
    const candidate = random.uniform() < share ? 1 : 0
    const isNew = random.uniform() < other(candidate) ? 1 : 0
    table.candidate[i] = candidate
    table.bad[i] = random.uniform() < bad(candidate, isNew) ? 1 : 0
    side[i] = random.uniform() < (absent?.(table.bad[i] === 1) ?? 0) ? 2 : isNew
  }
  return tellApart(table, side, window, 1.25, before)
}

/** The same users mostly get both new versions. */
const mostlyTogether = (candidate: number): number => (candidate === 1 ? 0.85 : 0.1)

test('the other release is behind it: attributed', () => {
  const seen = told({ seed: 1, other: mostlyTogether, bad: (_, b) => (b === 1 ? 0.2 : 0.01) })
  expect(seen.verdict).toBe('other')
  expect(seen.alone.ratio).toBeGreaterThan(3)
  expect(seen.own.high).toBeLessThan(3)
  expect(seen.other.low).toBeGreaterThan(3)
})

test('this release is behind it: its own, however much the other one goes with it', () => {
  const seen = told({ seed: 2, other: mostlyTogether, bad: (a) => (a === 1 ? 0.2 : 0.01) })
  expect(seen.verdict).toBe('own')
})

test('both are: its own', () => {
  const bad = (a: number, b: number): number => 0.01 + 0.15 * a + 0.15 * b
  expect(told({ seed: 3, other: mostlyTogether, bad }).verdict).toBe('own')
})

test('the same traces meet both new versions: nobody can tell', () => {
  const seen = told({ seed: 4, other: (a) => a, bad: (a) => (a === 1 ? 0.2 : 0.01) })
  expect(seen).toMatchObject({ verdict: 'confounded', together: 1 })
})

test('… unless the bad traces do not meet the other service', () => {
  const absent = (bad: boolean): number => (bad ? 0.9 : 0)
  const bad = (a: number): number => (a === 1 ? 0.2 : 0.01)
  expect(told({ seed: 5, other: (a) => a, bad, absent }).verdict).toBe('own')
})

test('the split of the other one has nothing to do with it: its own', () => {
  const bad = (a: number): number => (a === 1 ? 0.1 : 0.01)
  expect(told({ seed: 6, other: () => 0.5, bad }).verdict).toBe('own')
})

test('hardly any trace meets one of each: no evidence against this release is not evidence for it', () => {
  const other = (candidate: number): number => (candidate === 1 ? 0.985 : 0)
  const seen = told({ seed: 8, other, bad: (_, b) => (b === 1 ? 0.3 : 0.005) })
  expect(seen.own.high === null || seen.own.high > seen.alone.ratio!).toBe(true)
  expect(seen.other.maxLogE).toBeGreaterThan(Math.log(20))
  expect(seen.verdict).toBe('confounded')
})

test('how often the wrong one is blamed', () => {
  let [wrong, missed] = [0, 0]
  for (let seed = 100; seed < 160; seed++) {
    if (
      told({ seed, units: 2_000, other: mostlyTogether, bad: (a) => 0.01 + 0.1 * a }).verdict ===
      'other'
    )
      wrong += 1
    if (
      told({ seed, units: 2_000, other: mostlyTogether, bad: (_, b) => 0.01 + 0.1 * b }).verdict ===
      'own'
    )
      missed += 1
  }
  expect({ wrong, missed: missed <= 6 }).toEqual({ wrong: 0, missed: true })
})

const before = { total: 5_000, bad: 50 }

test.each([
  ['beside the old one', 0.5],
  ['all at once', 1],
])(
  'a rise against the time before, ours %s: the one of the release that it comes with',
  (_, share) => {
    const half = (): number => 0.5
    const byOther = { other: half, bad: (_a: number, b: number) => (b === 1 ? 0.2 : 0.01) }
    const seen = told({ seed: 9, share, before, ...byOther })
    expect(seen).toMatchObject({ verdict: 'other', elsewhere: { low: expect.any(Number) } })
    expect(seen.elsewhere!.high).toBeLessThan(3)
    // without the time before nothing shows that it is not ours
    expect(told({ seed: 9, share, ...byOther }).verdict).toBe('confounded')
    const everywhere = { other: half, bad: (_a: number, b: number) => 0.04 + 0.2 * b }
    expect(told({ seed: 10, share, before, ...everywhere }).verdict).toBe('confounded')
    const alike = { other: half, bad: () => 0.1 }
    expect(told({ seed: 11, share, before, ...alike }).verdict).toBe('own')
  },
)

test('a rise of all versions is the release that began when it came', () => {
  const release = began('checkout', 0)
  const units = (badFrom: number, worseFrom: number): FindingUnits => {
    const at = Float64Array.from({ length: 3_000 }, (_, i) => i * 200)
    const every = (time: number): number => (time >= worseFrom ? 2 : time >= badFrom ? 8 : 200)
    const bad = Uint8Array.from(at, (time, i) => (i % every(time) === 0 ? 1 : 0))
    const none = new Uint8Array(at.length)
    return { traceIds: [...at].map(String), candidate: none, bad, at, stratum: none }
  }
  const order = (badFrom: number, startedAt: number, worseFrom = Infinity): string => {
    const other = began('payment', startedAt)
    return tellByOrder(units(badFrom, worseFrom), release, other, 0.005, 1.25).verdict
  }
  expect(order(300_000, 300_000)).toBe('other')
  expect(order(0, 300_000)).toBe('own')
  expect(order(0, 300_000, 300_000)).toBe('own')
  expect(order(0, 20_000)).toBe('confounded')
  expect(order(0, -600_000)).toBe('own')
})
