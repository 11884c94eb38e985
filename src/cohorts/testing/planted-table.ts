/** Seeded tables with known answers: the oracle of the cohort search's tests and benchmark. */
import type { Cohort, Condition } from '../cohort.ts'
import { cohortMask, type AttributeColumn, type CohortTable } from '../cohort-table.ts'
import { createRandom, type Random } from '../../stats/random.ts'

export interface PlantedOptions {
  seed: number
  /** Default 30 000. */
  rows?: number
  /** Share of the rows on the candidate; default 0.2. */
  candidateShare?: number
  /** Bad share where nothing is wrong, on average; default 0.01. */
  baseRate?: number
  /** The fault: `random` chooses a cohort of 0.3 to 3 % of the rows; null plants nothing. */
  cohort?: Cohort | 'random' | null
  /** Conditions of a random cohort; default one or two. */
  order?: 1 | 2 | 3
  /** Bad share of the candidate's rows in the cohort; default drawn from 0.2 to 0.95. */
  badRate?: number
  /** Number of measures; the fault is in the first. Default 1. */
  measures?: number
  /** Chance that a baseline row of a country of the second half of the list is left out: a mix shift. Default 0. */
  mixShift?: number
}

export interface PlantedTable {
  table: CohortTable
  measures: { name: string; bad: Uint8Array }[]
  /** null where nothing was planted. */
  planted: { cohort: Cohort; badRate: number; rows: number; candidateRows: number } | null
}

/** Index of a category, the first ones most frequent (Zipf, exponent 1). */
function zipf(size: number): (random: Random) => number {
  const sums: number[] = []
  let sum = 0
  for (let i = 1; i <= size; i++) sums.push((sum += 1 / i))
  return (random) => {
    const at = random.uniform() * sum
    return sums.findIndex((upTo) => at < upTo)
  }
}

interface Draft {
  categories: Record<string, { codes: Uint16Array; size: number }>
  numbers: Record<string, Float64Array>
  factor: Float64Array
}

/**
 * 20 attributes: skewed and high-cardinality ones, some that depend on others (locale, region, browser, os, plan,
 * currency), some often absent, five numbers. The bad rate differs by route and by device.
 */
export function plantedTable(options: PlantedOptions): PlantedTable {
  const { seed, rows = 30_000, candidateShare = 0.2, baseRate = 0.01, mixShift = 0 } = options
  const random = createRandom(seed)
  const draft = drawAttributes(rows, random)
  const candidate = new Uint8Array(rows)
  const country = draft.categories['app.country']!
  for (let row = 0; row < rows; row++) {
    const shifted = country.codes[row]! > 2 && random.uniform() < mixShift
    candidate[row] = shifted || random.uniform() < candidateShare ? 1 : 0
  }
  const table: CohortTable = { rows, candidate, attributes: columnsOf(draft) }
  const measures = Array.from({ length: options.measures ?? 1 }, (_, index) => ({
    name: `measure ${index + 1}`,
    bad: Uint8Array.from(draft.factor, (factor) => (random.uniform() < baseRate * factor ? 1 : 0)),
  }))
  const wanted = options.cohort ?? null
  if (wanted === null) return { table, measures, planted: null }

  const cohort = wanted === 'random' ? drawCohort(table, random, options.order) : wanted
  const badRate = options.badRate ?? 0.2 + 0.75 * random.uniform()
  const mask = cohortMask(table, cohort)
  let inside = 0
  let candidateRows = 0
  for (let row = 0; row < rows; row++) {
    if (mask[row] !== 1) continue
    inside += 1
    if (candidate[row] !== 1) continue
    candidateRows += 1
    if (random.uniform() < badRate) measures[0]!.bad[row] = 1
  }
  return { table, measures, planted: { cohort, badRate, rows: inside, candidateRows } }
}

function drawAttributes(rows: number, random: Random): Draft {
  const draft: Draft = { categories: {}, numbers: {}, factor: new Float64Array(rows).fill(1) }
  const category = (name: string, size: number, draw: (row: number) => number): Uint16Array => {
    const codes = Uint16Array.from({ length: rows }, (_, row) => draw(row))
    draft.categories[name] = { codes, size }
    return codes
  }
  const independent = (name: string, size: number, absent = 0): Uint16Array => {
    const draw = zipf(size)
    return category(name, size, () => (random.uniform() < absent ? 0 : 1 + draw(random)))
  }
  /** Follows another attribute's value in `share` of the rows, else anything. */
  const dependent = (name: string, size: number, of: Uint16Array, share: number): Uint16Array =>
    category(
      name,
      size,
      (row) =>
        1 + (random.uniform() < share ? of[row]! % size : Math.floor(random.uniform() * size)),
    )
  const number = (name: string, draw: (row: number) => number): Float64Array =>
    (draft.numbers[name] = Float64Array.from({ length: rows }, (_, row) => draw(row)))

  const country = independent('app.country', 30)
  dependent('app.locale', 20, country, 0.9)
  dependent('app.region', 6, country, 1)
  dependent('app.currency', 12, country, 0.8)
  const device = independent('app.device', 6)
  dependent('app.browser', 9, device, 0.85)
  dependent('app.os', 25, device, 0.7)
  independent('app.tenant', 2000)
  const provider = independent('app.payment.provider', 4, 0.3)
  category('app.card.type', 5, (row) =>
    provider[row] === 0 ? 0 : 1 + Math.floor(random.uniform() * 5),
  )
  independent('app.flag.search', 2)
  independent('app.flag.checkout', 3)
  const route = independent('http.route', 12)
  independent('app.store', 80)
  independent('app.referrer', 15, 0.4)
  const age = number('app.account.age_days', () =>
    Math.floor(Math.exp(4.2 + 1.1 * random.normal())),
  )
  category(
    'app.plan',
    4,
    (row) => 1 + (age[row]! < 30 && random.uniform() < 0.9 ? 0 : Math.floor(random.uniform() * 4)),
  )
  number('app.cart.size', () => 1 + Math.floor(-3 * Math.log(1 - random.uniform())))
  number('app.amount', () =>
    random.uniform() < 0.2 ? Number.NaN : Math.exp(3.5 + random.normal()),
  )
  number('app.hour', () => Math.floor(random.uniform() * 24))
  for (let row = 0; row < rows; row++) {
    draft.factor[row] = (0.3 + (route[row]! % 4) * 0.5) * (device[row] === 2 ? 2 : 0.9)
  }
  return draft
}

function columnsOf(draft: Draft): AttributeColumn[] {
  const columns: AttributeColumn[] = []
  for (const [name, { codes, size }] of Object.entries(draft.categories)) {
    const values = [
      null,
      ...Array.from({ length: size }, (_, i) => `${name.split('.').at(-1)}-${i + 1}`),
    ]
    columns.push({ name, kind: 'category', codes, values })
  }
  for (const [name, values] of Object.entries(draft.numbers)) {
    columns.push({ name, kind: 'number', values })
  }
  return columns
}

const tries = 2000

/** One or two conditions where no order is wanted, a third of them with a range, holding 0.3 to 3 % of the rows; each must narrow by half. */
function drawCohort(table: CohortTable, random: Random, wanted?: 1 | 2 | 3): Cohort {
  const share = (cohort: Cohort): number =>
    cohortMask(table, cohort).reduce((sum, flag) => sum + flag, 0) / table.rows
  const numbers = table.attributes.filter(({ kind }) => kind === 'number')
  const categories = table.attributes.filter(({ kind }) => kind === 'category')
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.uniform() * of.length)]!
  for (let attempt = 0; attempt < tries; attempt++) {
    const order = wanted ?? (random.uniform() < 0.3 ? 1 : 2)
    const ranged = random.uniform() < 1 / 3
    const first = pick(ranged ? numbers : categories)
    const second = pick(categories)
    if (first === second) continue
    const chosen = order === 1 ? [first] : [first, second]
    if (order === 3) chosen.push(pick(categories))
    if (new Set(chosen).size < order) continue
    const cohort = chosen.map((column) => drawCondition(column, table, random))
    const whole = share(cohort)
    if (whole < 0.003 || whole > 0.03) continue
    const narrows = (_: Condition, i: number): boolean => share(cohort.toSpliced(i, 1)) < 2 * whole
    if (order > 1 && cohort.some(narrows)) continue
    return cohort
  }
  throw new Error(`no cohort of the wanted size in ${tries} tries`)
}

function drawCondition(column: AttributeColumn, table: CohortTable, random: Random): Condition {
  const { name } = column
  const row = Math.floor(random.uniform() * table.rows)
  if (column.kind === 'category') {
    const value = column.values[column.codes[row]!]
    if (value === null || value === undefined) return { attribute: name, op: 'absent' }
    return { attribute: name, op: '=', value }
  }
  const sorted = column.values.filter((value) => !Number.isNaN(value)).toSorted()
  const width = 0.02 + 0.3 * random.uniform()
  const from = random.uniform() * (1 - width)
  const step = name === 'app.hour' || name === 'app.cart.size' ? 1 : 5
  const low = Math.round(sorted[Math.floor(from * sorted.length)]! / step) * step
  const high = Math.round(sorted[Math.floor((from + width) * sorted.length)]! / step) * step
  return { attribute: name, op: 'range', low, high: Math.max(high, low + step) }
}
