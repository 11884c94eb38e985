import { expect, test } from 'vitest'
import { syntheticUnits } from '../testing/synthetic-units.ts'
import { categoryColumn } from './attribute-columns.ts'
import { discoverCohorts } from './discover-cohorts.ts'
import type { UnitTable } from './unit-table.ts'

const found = (table: UnitTable): (string | number | boolean)[][] =>
  discoverCohorts([], table).hypotheses.map(({ cohort }) =>
    cohort.map((condition) => (condition.op === '=' ? condition.value : condition.attribute)),
  )

test('an attribute that says the same as the operation does not hide what is slow within one', () => {
  const units = syntheticUnits({ seed: 1, units: 20_000, slowCohort: true })
  const route = Array.from(units.operation, (index) => units.operations[index]!.split(' ')[1]!)
  const table = {
    ...units,
    attributes: [...units.attributes, categoryColumn('p', route, units.rows)],
  }
  expect(found(table)).toContainEqual(
    expect.arrayContaining(['GET /quote', 'pt-BR', 'app.account.age_days']),
  )
})

test('a service with a single operation is searched too', () => {
  const all = syntheticUnits({ seed: 2, units: 20_000, swallowedError: true })
  const table: UnitTable = {
    ...all,
    operation: all.operation.map(() => 0),
    operations: ['POST /orders'],
    attributes: [
      categoryColumn(
        'operation',
        Array.from({ length: all.rows }, () => 'POST /orders'),
        all.rows,
      ),
      ...all.attributes.slice(1),
    ],
  }
  expect(found(table)).toContainEqual(expect.arrayContaining(['amex', 'bluecard']))
})
