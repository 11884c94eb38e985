/** Planted cohorts against the real comparison: what must be found, and what must not. */
import { describe, expect, test } from 'vitest'

import {
  clustered,
  drillCohorts,
  type DrillOptions,
} from '../../src/cohorts/drill/drill-cohorts.ts'
import type { PlantKind, PlantWish } from '../../src/cohorts/drill/planted-events.ts'
import { summarizeDrill } from '../../src/cohorts/drill/summarize-drill.ts'

const base: DrillOptions = {
  rows: 50_000,
  attributes: 20,
  runs: 0,
  nulls: 0,
  seed: 1,
  kinds: ['rate', 'latency'],
}

/** Plain enough to be found by whoever searches properly. */
const wish = (kind: PlantKind, order: number, ranged: boolean): PlantWish => ({
  kind,
  order,
  ranged,
  share: 0.015,
  effect: kind === 'rate' ? 20 : kind === 'latency' ? 4 : 3,
})

test('cohorts far above the line are found, each once, and nothing else is', async () => {
  const runs = await Promise.all(
    [
      [wish('rate', 1, false), wish('latency', 2, true)],
      [wish('rate', 2, true), wish('latency', 1, false)],
      [wish('rate', 3, true), wish('latency', 3, false)],
      [wish('volume', 1, false), wish('volume', 2, true)],
    ].map(async (plants, index) =>
      drillCohorts({
        ...base,
        runs: 3,
        seed: 10 * (index + 1),
        kinds: [...new Set(plants.map(({ kind }) => kind))],
        plants,
      }),
    ),
  )
  const summary = summarizeDrill({
    options: base,
    planted: runs.flatMap(({ planted }) => planted),
    nulls: [],
    megabytes: 0,
  })
  const strong = runs
    .flatMap(({ planted }) =>
      planted.flatMap(({ seed, plants }) => plants.map((plant) => ({ seed, ...plant }))),
    )
    .filter(({ detectable, nats }) => detectable && nats > 25)
  expect(strong.length).toBeGreaterThanOrEqual(12)
  const lost = strong.filter(({ match }) => match === 'missed' || match === 'partly')
  expect(lost.slice(Math.floor(0.05 * strong.length))).toEqual([])
  // just above the line of the search, chance may lose one of so few: the interval decides
  const found = summary.promises.find(({ name }) => name === 'found')!
  expect(found.measured.of).toBeGreaterThanOrEqual(12)
  expect(found).not.toMatchObject({ state: 'broken' })
  expect(summary.foundOfDetectable.of).toBeGreaterThanOrEqual(found.measured.of)
  expect(summary.falseFindings.length).toBeLessThanOrEqual(1)
  expect(summary.answersPerPlant).toBeLessThan(1.2)
})

describe('where nothing differs', () => {
  const nulls: DrillOptions = { ...base, rows: 15_000, nulls: 20 }

  test('nothing is found in nearly every pair', async () => {
    const runs = await drillCohorts(nulls)
    const alarms = runs.nulls.filter(({ findings }) => findings.length > 0)
    // at a true share of 5 %, four or more of 20 have a probability of 2 %
    expect(alarms.slice(3)).toEqual([])
  })

  test('nor where the events of a user are far from independent', async () => {
    const runs = await drillCohorts({ ...nulls, traits: clustered })
    const alarms = runs.nulls.filter(({ findings }) => findings.length > 0)
    expect(alarms.slice(3)).toEqual([])
  })

  test.each(['confirmation', 'units'] as const)('without its %s the drill fails', async (bug) => {
    const { promises } = summarizeDrill(await drillCohorts({ ...nulls, traits: clustered, bug }))
    expect(promises.find(({ name }) => name === 'false alarms')).toMatchObject({ state: 'broken' })
  })
})
