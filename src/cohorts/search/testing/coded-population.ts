/** Seeded populations in codes, for the tests and the benchmark of the scan. */
import { createRandom, type Random } from '../../../stats/random.ts'
import type { Population } from '../../cell-counts.ts'
import type { CodedCondition, ScanAttribute } from '../scan-contender.ts'

export interface CodedOptions {
  seed: number
  rows: number
  /** Values of each attribute that has some, beside "absent". */
  categories: readonly number[]
  /** Bins of each number. */
  numbers: readonly number[]
  /** Share of the rows that are bad where nothing is wrong, and that lie on the candidate. */
  badShare: number
  candidateShare: number
  /** Share of the categories that follow another one in 80 % of the rows. */
  dependent?: number
  /** Share of the rows where a number is absent; default 0.1. */
  absent?: number
  /** Candidate rows of these are bad with the probability `badRate`. */
  faults?: readonly { conditions: readonly CodedCondition[]; badRate: number }[]
  /** Weight of good rows; `mixed` gives each baseline row one of its own. Default 1. */
  goodWeight?: number | 'mixed'
}

export interface CodedPopulation {
  population: Population
  attributes: ScanAttribute[]
}

export function codedPopulation(options: CodedOptions): CodedPopulation {
  const { seed, rows, categories, numbers, badShare, candidateShare, dependent = 0 } = options
  const random = createRandom(seed)
  const codes: Uint8Array[] = []
  for (const [index, size] of categories.entries()) {
    const own = skewedCodes(rows, size, random)
    const source = index > 0 && random.uniform() < dependent ? codes[index - 1] : undefined
    codes.push(
      source === undefined
        ? own
        : own.map((code, row) => (random.uniform() < 0.8 ? 1 + (source[row]! % size) : code)),
    )
  }
  for (const bins of numbers) {
    codes.push(
      Uint8Array.from({ length: rows }, () =>
        random.uniform() < (options.absent ?? 0.1) ? 0 : 1 + random.integer(bins),
      ),
    )
  }
  const classes = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const candidate = random.uniform() < candidateShare
    let bad = random.uniform() < badShare
    for (const { conditions, badRate } of options.faults ?? []) {
      if (candidate && matches(conditions, codes, row)) bad ||= random.uniform() < badRate
    }
    classes[row] = (candidate ? 2 : 0) + (bad ? 1 : 0)
  }
  const { goodWeight = 1 } = options
  const weights =
    goodWeight === 1
      ? undefined
      : Float64Array.from(classes, (code) => {
          if (goodWeight !== 'mixed') return (code & 1) === 0 ? goodWeight : 1
          return code < 2 ? (512 + random.integer(1024)) / 1024 : 1
        })
  const attributes = [
    ...categories.map((size) => ({
      size: size + 1,
      ordered: false,
      other: -1,
      valueCost: Math.log(size + 1),
      intervalCost: 0,
    })),
    ...numbers.map((bins) => ({
      size: bins + 1,
      ordered: true,
      other: -1,
      valueCost: 0,
      intervalCost: Math.log((bins * (bins + 1)) / 2 + 1),
    })),
  ]
  const population = {
    rows: Uint32Array.from({ length: rows }, (_, row) => row),
    classes,
    codes,
    weights,
  }
  return { population, attributes }
}

export function matches(
  conditions: readonly CodedCondition[],
  codes: readonly Uint8Array[],
  row: number,
): boolean {
  return conditions.every(({ attribute, first, last }) => {
    const code = codes[attribute]![row]!
    return code >= first && code <= last
  })
}

/** Codes from 1 on, the first ones most frequent (Zipf, exponent 0.8). */
function skewedCodes(rows: number, size: number, random: Random): Uint8Array {
  const ends: number[] = []
  let sum = 0
  for (let code = 1; code <= size; code++) ends.push((sum += code ** -0.8))
  return Uint8Array.from({ length: rows }, () => {
    const at = random.uniform() * sum
    return 1 + ends.findIndex((end) => at < end)
  })
}
