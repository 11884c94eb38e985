import { createRandom } from '../../stats/random.ts'
import { plantedTable, type PlantedTable } from './planted-table.ts'

/**
 * Most countries fail more often on both sides, and the candidate has more of them: rates differ over the whole table
 * though no country's did.
 */
export function mixShiftTable(seed: number): PlantedTable {
  const planted = plantedTable({ seed, baseRate: 0.03, mixShift: 0.4 })
  const country = planted.table.attributes.find(({ name }) => name === 'app.country')!
  const random = createRandom(seed)
  const { bad } = planted.measures[0]!
  for (let row = 0; row < bad.length; row++) {
    if (country.kind === 'category' && country.codes[row]! > 2 && random.uniform() < 0.1) {
      bad[row] = 1
    }
  }
  return planted
}
