import { expect, test } from 'vitest'
import { sampleRelease } from '../testing/sample-verdict.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import type { BlindSpot, Comparison } from '../verdict.ts'
import { blindSpots } from './blind-spots.ts'
import { defaultPolicy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'

const comparison: Comparison = {
  baselineKind: 'concurrent',
  baselineWindow: null,
  candidateWindow: null,
  candidateShare: 0.2,
  sampleRatioMismatch: { expectedShare: 0.2, eValue: 1, mismatch: false },
  populationShift: [],
}

function spotsOf(table: UnitTable, changes: Partial<Comparison> = {}): BlindSpot[] {
  return blindSpots({
    release: sampleRelease(),
    table,
    window: syntheticWindow,
    comparison: { ...comparison, ...changes },
    discovery: { attributes: 7, cells: 1234, cut: [] },
    peers: [{ address: 'legacy:8080', calls: 40, answered: 0 }],
    policy: defaultPolicy,
    claims: [],
    historyClaims: [],
    plan: {
      week: { withTraffic: 60, lived: 2, isWholeWeek: true },
      jobs: [
        { operation: 'nightly', everyMinutes: 1440, runs: 9, due: 7_200_000, fired: false },
        { operation: 'hourly', everyMinutes: 60, runs: 90, due: 3_600_000, fired: true },
      ],
      fed: [],
    },
  })
}

const riseOf = (spots: BlindSpot[], group: RegExp): number =>
  spots.find(({ title }) => group.test(title))?.minimumDetectableEffect ?? Number.POSITIVE_INFINITY

test('says the smallest rise that would have been noticed, and it falls with traffic', () => {
  const some = spotsOf(syntheticUnits({ seed: 1, units: 20_000 }))
  const more = spotsOf(syntheticUnits({ seed: 1, units: 80_000 }))
  for (const group of [/^A failure rate of checkout below/, /cohort of 1 % of the requests/]) {
    expect(riseOf(more, group)).toBeLessThan(riseOf(some, group))
  }
  expect(riseOf(some, /checkout/)).toBeGreaterThan(1.5)
  expect(riseOf(some, /checkout/)).toBeLessThan(5)
  expect(riseOf(some, /cohort of 1 %/)).toBeGreaterThan(10)
})

test('lists what the candidate has not met, or met too rarely', () => {
  const table = syntheticUnits({ seed: 1, units: 3_000 })
  const locale = table.attributes.find(({ name }) => name === 'app.locale')!
  if (locale.kind !== 'category') throw new Error('app.locale is a category')
  const japan = locale.values.indexOf('ja-JP')
  const germany = locale.values.indexOf('de-DE')
  // the candidate never serves ja-JP: its requests of that locale become de-DE
  const codes = locale.codes.map((code, row) =>
    code === japan && table.candidate[row] === 1 ? germany : code,
  )
  const attributes = table.attributes.map((column) =>
    column === locale ? { ...locale, codes } : column,
  )
  const spots = spotsOf({ ...table, attributes })
  expect(spots).toContainEqual(
    expect.objectContaining({
      kind: 'not-exercised',
      title: 'app.locale = "ja-JP": no candidate request yet',
      needs: { requests: 30 },
    }),
  )
  expect(spots.filter(({ kind }) => kind === 'not-exercised')).toHaveLength(1)
  const thin = spots.find(({ title }) => title.includes('only'))
  expect(thin?.needs?.requests).toBeGreaterThan(0)
})

test('names unequal populations, silent peers, hours and what both sides share', () => {
  const spots = spotsOf(syntheticUnits({ seed: 1, units: 1_000 }), {
    candidateShare: 0.3,
    sampleRatioMismatch: { expectedShare: 0.2, eValue: 1e9, mismatch: true },
  })
  expect(spots[0]).toMatchObject({
    kind: 'unequal-populations',
    title: 'The candidate got 30 % of the traffic instead of 20 %',
  })
  expect(spots.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'uninstrumented-service',
      'search-limit',
      'hours-not-seen',
      'shared-change',
    ]),
  )
  expect(spots.find(({ kind }) => kind === 'hours-not-seen')?.title).toBe(
    '58 of the 60 hours of the week in which checkout has traffic have not been lived through',
  )
  expect(spots.find(({ kind }) => kind === 'scheduled-work')).toMatchObject({
    title: '1 scheduled job has not run in the new version yet: nightly (every 24 h)',
    needs: { until: '1970-01-01T02:00:00.000Z' },
  })
})

test('says so when not even a candidate that always fails could be told from chance', () => {
  const few = spotsOf(syntheticUnits({ seed: 1, units: 60 }))
  expect(few.map(({ title }) => title)).toContainEqual(
    expect.stringMatching(/^No rise of the failure rate of a cohort of 1 %/),
  )
})
