import { describe, expect, it } from 'vitest'

import { createRandom } from '../../stats/random.ts'
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { balanced } from '../mix-balance.ts'
import { narrowToValues, type ValueSets } from './narrow-to-values.ts'

const french: Cohort = [{ attribute: 'locale', op: '=', value: 'fr' }]
const some: Cohort[number] = { attribute: 'provider', op: 'in', values: ['p2', 'p5', 'p7'] }

/** 2 in 100 rows are bad; of the candidate's rows of the fault, `badRate`. */
function search(fault: Cohort | null, badRate: number, seed = 1): ValueSets {
  const rows = 20_000
  const random = createRandom(seed)
  const column = (name: string, values: readonly string[]) => ({
    name,
    kind: 'category' as const,
    codes: Uint16Array.from({ length: rows }, () => Math.floor(random.uniform() * values.length)),
    values: [null, ...values.slice(1)],
  })
  const table: CohortTable = {
    rows,
    candidate: Uint8Array.from({ length: rows }, () => (random.uniform() < 0.5 ? 1 : 0)),
    attributes: [
      column('provider', ['', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']),
      column('locale', ['', 'de', 'fr', 'en']),
      column('host', ['', ...Array.from({ length: 30 }, (_, i) => `h${i}`)]),
    ],
  }
  const mask = fault === null ? null : cohortMask(table, fault)
  const bad = Uint8Array.from({ length: rows }, (_, row) => {
    const isFault = mask?.[row] === 1 && table.candidate[row] === 1
    return random.uniform() < (isFault ? badRate : 0.02) ? 1 : 0
  })
  const measure = { name: 'rate', kind: 'share' as const, bad }
  return { table, measure, balance: balanced, found: [], maxOrder: 3, minimumBad: 6 }
}

describe('several values that changed alike', () => {
  it('are named, where each alone is like the rest', () => {
    expect(narrowToValues(search([some], 0.06))).toEqual([[some]])
  })

  it('are named inside a cohort that was found', () => {
    const inside = [...french, some]
    expect(narrowToValues({ ...search(inside, 0.2), found: [french] })).toEqual([inside])
    // by its own rows alone
    const german: Cohort = [{ attribute: 'locale', op: '=', value: 'de' }]
    const beside = narrowToValues({ ...search([...german, some], 0.2), found: [french] })
    expect(beside).toEqual([[some]])
  })

  it('are not named again, nor beyond the greatest order, nor of volumes', () => {
    const given = search([some], 0.06)
    expect(narrowToValues({ ...given, found: [[some]] })).toEqual([])
    expect(narrowToValues({ ...given, maxOrder: 0 })).toEqual([])
    const measure = { ...given.measure, kind: 'volume' as const }
    expect(narrowToValues({ ...given, measure })).toEqual([])
  })

  it('are not made up of one value, of what a found cohort explains, or of chance', () => {
    const one: Cohort = [{ attribute: 'provider', op: '=', value: 'p2' }]
    expect(narrowToValues(search(one, 0.1))).toEqual([])
    const both: Cohort = [...french, ...one]
    expect(narrowToValues({ ...search(both, 0.5), found: [both] })).toEqual([])
    expect(narrowToValues({ ...search(french, 0.2), found: [french] })).toEqual([])
    for (let seed = 1; seed <= 8; seed++) {
      expect(narrowToValues(search(null, 0, seed))).toEqual([])
    }
  })
})
