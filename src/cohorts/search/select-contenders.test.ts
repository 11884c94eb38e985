import { expect, test } from 'vitest'
import { codeAttribute } from '../coded-attributes.ts'
import { plantedTable } from '../testing/planted-table.ts'
import { memberIndex } from './exact-members.ts'
import type { Contender } from './scan-contender.ts'
import { populationOf } from './search-population.ts'
import { OpenContenders } from './select-contenders.ts'

const { table, measures } = plantedTable({ seed: 3, rows: 4000, baseRate: 0.2 })
const measure = {
  ...measures[0]!,
  weights: new Float64Array(table.rows).map((_, row) => 1 + (row % 3)),
}
const attributes = table.attributes.map((column) => codeAttribute(table, column, measure.bad, 4))
const population = populationOf(table, measure, attributes, { scale: 1, factors: [] })

const contender = (...conditions: Contender['conditions'][number][]): Contender => ({
  conditions,
  score: 0,
  fit: 0,
  cost: 0,
  prior: 0.2,
  counts: count(conditions, new Uint8Array(table.rows).fill(1)),
})

function count(
  conditions: Contender['conditions'],
  alive: Uint8Array,
): [number, number, number, number] {
  const four: [number, number, number, number] = [0, 0, 0, 0]
  for (let at = 0; at < table.rows; at++) {
    const inside = conditions.every(({ attribute, first, last }) => {
      const code = population.codes[attribute]![at]!
      return code >= first && code <= last
    })
    if (inside && alive[at] === 1) four[population.classes[at]!]! += population.weights![at]!
  }
  return four
}

test('counts follow the rows that are explained, few or many at a time', () => {
  const index = memberIndex(population, attributes)
  const contenders = [
    contender({ attribute: 0, first: 1, last: 1 }),
    contender({ attribute: 0, first: 2, last: 2 }, { attribute: 15, first: 3, last: 20 }),
    contender({ attribute: 4, first: 1, last: 1 }, { attribute: 12, first: 1, last: 1 }),
  ]
  const open = new OpenContenders(contenders, index)
  for (const step of [400, 3, 40]) {
    const gone = Uint32Array.from({ length: table.rows }, (_, at) => at).filter(
      (at) => at % step === 1 && index.alive[at] === 1,
    )
    for (const at of gone) index.alive[at] = 0
    open.explain(gone)
    const all = Float64Array.from(count([], index.alive))
    const best = open.best(10, (four) => four[3]!, { kind: 'share', minimumBad: 1, all })
    expect(best).toHaveLength(3)
    for (const { contender: one, four } of best) {
      expect([...four]).toEqual(count(one.conditions, index.alive))
    }
  }
})
