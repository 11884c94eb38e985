import { expect, test } from 'vitest'
import { codeAttribute } from '../coded-attributes.ts'
import type { Cohort } from '../cohort.ts'
import { formatCohort } from '../format-cohort.ts'
import { balanced } from '../mix-balance.ts'
import { plant } from '../testing/plant-fault.ts'
import { plantedTable } from '../testing/planted-table.ts'
import { doubtBounds } from './doubt-bounds.ts'
import { scanCohorts } from './scan-cohorts.ts'
import { searchMeasure } from './search-measure.ts'
import { populationOf } from './search-population.ts'

const large: Cohort = [{ attribute: 'app.country', op: '=', value: 'country-4' }]
const small: Cohort = [
  { attribute: 'app.device', op: '=', value: 'device-2' },
  { attribute: 'http.route', op: '=', value: 'route-3' },
]

/** @param keep contenders that a scan keeps of each order */
function searched(keep: number): { found: string[]; crowded: boolean[] } {
  const { table, measures } = planted()
  const [{ bad } = { bad: new Uint8Array(0) }] = measures
  const attributes = table.attributes.map((column) => codeAttribute(table, column, bad, 4))
  const population = populationOf(table, { name: 'rate', bad }, attributes, balanced)
  const steps = searchMeasure(
    {
      kind: 'share',
      attributes,
      maxOrder: 2,
      minimumBad: 6,
      baseCost: 3,
      leastWorth: 0,
      doubt: doubtBounds(table.rows),
    },
    population,
  )
  const crowded: boolean[] = []
  let step = steps.next()
  while (step.done !== true) {
    const { population: rows, attributes: of, settings } = step.value
    const result = scanCohorts(rows, of, { ...settings, keep })
    if (settings.excluded.length === 0) crowded.push(result.crowded)
    step = steps.next(result)
  }
  return { found: step.value.map(({ cohort }) => formatCohort(cohort)).toSorted(), crowded }
}

function planted(): ReturnType<typeof plantedTable> {
  const events = plantedTable({ seed: 21, rows: 40_000, baseRate: 0.2 })
  plant(events, large, 0.7, 1)
  plant(events, small, 0.6, 2)
  return events
}

test('what had no place beside the many descriptions of a large fault is found in what is left', () => {
  const all = searched(400)
  expect(all.crowded).toEqual([false])
  const few = searched(12)
  expect(few.crowded[0]).toBe(true)
  expect(few.crowded.length).toBeGreaterThan(1)
  expect(few.found).toEqual(all.found)
})
