import type { SourceMeasure } from '../compare/cohort-source.ts'
import type { SqlPopulation } from './sql-population.ts'
import { classCount, levels, noLevel } from './sql-rows.ts'

/** What the rows of each class are under a measure: 1 = bad, 0 = good, 255 = they do not count. */
export interface ClassMeasure extends SourceMeasure {
  roles: Uint8Array
}

/** @param hasDurations whether the baseline has any */
export function measuresOf(population: SqlPopulation, hasDurations: boolean): ClassMeasure[] {
  const everything = new Uint8Array(classCount).fill(1)
  if (population.additive !== null) return [{ name: 'actual', kind: 'volume', roles: everything }]
  const measures: ClassMeasure[] = []
  if (population.bad !== null || population.badCount !== null) {
    measures.push({
      name: 'rate',
      kind: 'share',
      roles: everything.map((_, code) => (code >> 1) & 1),
    })
  }
  if (hasDurations) {
    for (const [index, { name }] of levels.entries()) {
      const roles = everything.map((_, code) => {
        const level = code >> 2
        return level === noLevel ? 255 : level > index ? 1 : 0
      })
      measures.push({ name: `slow ${name}`, kind: 'share', roles })
    }
  }
  if (population.volume) measures.push({ name: 'volume', kind: 'volume', roles: everything })
  return measures
}
