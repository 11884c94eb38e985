/** Gauges of two fleets, for simulations. */
import { createRandom } from '../../../../../stats/random.ts'
import type { GaugeRun, GaugeTable } from '../saturation/gauge-table.ts'

export interface SimulatedGauges {
  seed: number
  candidates: number
  baselines: number
  measures: number
  /** Age of the candidate's processes in bins of a minute. */
  age: number
  /** Baseline processes began at the beginning of what was read, not long before. */
  restarted?: boolean
  /** Growth of the first measure in the candidate, a bin, of its level. */
  leak?: number
  /** Bins in which a fresh process gains half of its level. */
  warmUp?: number
  /** Steps of a random walk a bin, of the level. */
  walk?: number
  /** Common to all processes at a time: the load. */
  load?: number
  /** Bins of the baseline's past before the release. */
  past?: number
}

export const binMillis = 60_000

export function simulateGauges(options: SimulatedGauges): GaugeTable {
  const { seed, age, warmUp = 0, walk = 0, load = 0, leak = 0, past = 180 } = options
  const random = createRandom(seed)
  const loads = Array.from({ length: past + age }, (_, bin) => load * Math.sin(bin / 40))
  const run = (side: GaugeRun['side'], i: number, measure: number): GaugeRun => {
    const isFresh = side === 'candidate' || options.restarted === true
    const first = side === 'candidate' ? past : 0
    const level = 1e8 * Math.exp(random.normal(0, 0.05))
    let drift = 0
    const value = Float64Array.from({ length: past + age - first }, (_, bin) => {
      drift += random.normal(0, walk)
      const warm = isFresh && warmUp > 0 ? 1 - 0.5 * Math.exp(-bin / warmUp) : 1
      const leaked = side === 'candidate' && measure === 0 ? leak * bin : 0
      return level * (warm + leaked + drift + loads[first + bin]! + random.normal(0, 0.01))
    })
    return {
      side,
      instance: `${side}-${i}`,
      startedAt: isFresh ? first * binMillis : -1e9,
      at: Float64Array.from(value, (_, bin) => (first + bin + 0.5) * binMillis),
      value,
    }
  }
  return {
    binMillis,
    intervalMillis: binMillis,
    cut: 0,
    measures: Array.from({ length: options.measures }, (_, measure) => ({
      label: `process.memory.usage{n=${measure}}`,
      name: 'process.memory.usage',
      attributes: { n: String(measure) },
      unit: 'By',
      runs: [
        ...Array.from({ length: options.candidates }, (_, i) => run('candidate', i, measure)),
        ...Array.from({ length: options.baselines }, (_, i) => run('baseline', i, measure)),
      ],
    })),
  }
}
