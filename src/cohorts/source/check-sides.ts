import { AftergreenError } from '../../errors.ts'
import { numbersIn } from './native-answer.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'

export interface SideFacts {
  /** Rows of either side. */
  rows: number
  baselineRows: number
  isWeighted: boolean
  quantum: number
  notes: readonly string[]
}

/** Bits that sums of weights may take: the other 13 of a double are for the factors of the mix. */
const sumBits = 40

/**
 * Are there two sides, apart from each other, with values that can be compared?
 * @throws COMPARE_EMPTY_SIDE, COMPARE_SIDES_OVERLAP, COMPARE_VALUES
 */
export async function checkSides(
  population: SqlPopulation,
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<SideFacts> {
  const { additive, candidate, baseline, from, where, parameters } = population
  const flags = additive === null ? sideFlags(candidate, baseline) : sideFlags('1', '1')
  const columns = sideColumns(population)
  const found = await runner.native(
    `WITH ${flags.join(', ')}
SELECT ${Object.entries(columns)
      .map(([name, sql]) => `${sql} AS ag_${name}`)
      .join(', ')}
FROM ${from} WHERE ${where}`,
    parameters,
    signal,
  )
  return sideFacts(population, (name) => numbersIn(found, `ag_${name}`)[0] ?? 0)
}

/** `ag_c` and `ag_b`: the row is of the candidate, of the baseline. */
export function sideFlags(candidate: string, baseline: string): string[] {
  return [`toUInt8(${flag(candidate)}) AS ag_c`, `toUInt8(${flag(baseline)}) AS ag_b`]
}

/** Values that are checked: how they are called, and their SQL. */
function checkedValues({ additive, weight, badCount }: SqlPopulation): [string, string][] {
  const columns = {
    'the actual value': additive?.actual ?? null,
    'the expected value': additive?.expected ?? null,
    'the weight': weight,
    'the count of bad events': badCount,
  }
  return Object.entries(columns).filter((column): column is [string, string] => column[1] !== null)
}

/** What `sideFacts` needs to know: aggregates over the rows of `where`, by name; they speak of `sideFlags`. */
export function sideColumns(population: SqlPopulation): Record<string, string> {
  const { additive, weight, badCount } = population
  const [sumOne, sumOther] =
    additive === null
      ? [sum(weight, 'ag_c'), sum(weight, 'ag_b')]
      : [sum(additive.actual, '1'), sum(additive.expected, '1')]
  const facts: Record<string, string> = {
    both: 'countIf(ag_c AND ag_b)',
    candidates: 'countIf(ag_c)',
    baselines: 'countIf(ag_b)',
    rows: 'countIf(ag_c OR ag_b)',
    candidate_events: sumOne,
    baseline_events: sumOther,
  }
  for (const [i, [, sql]] of checkedValues(population).entries()) {
    facts[`wrong${i}`] = `countIf((ag_c OR ag_b) AND NOT ${isCount(sql)})`
    facts[`missing${i}`] = `countIf((ag_c OR ag_b) AND isNull(${sql}))`
  }
  if (badCount !== null)
    facts['more_bad'] = `countIf((ag_c OR ag_b) AND ifNull(${badCount} > ${weight ?? '1'}, 0))`
  if (weight !== null)
    facts['weighted'] = `countIf((ag_c OR ag_b) AND ifNull(toFloat64(${weight}) != 1, 1))`
  return Object.fromEntries(
    Object.entries(facts).map(([name, sql]) => [name, `CAST(${sql}, 'Float64')`]),
  )
}

/** @param known the value of each of `sideColumns`. @throws what `checkSides` throws */
export function sideFacts(population: SqlPopulation, known: (name: string) => number): SideFacts {
  const { additive, weight, badCount } = population
  const fact = (name: string): number =>
    (name === 'more_bad' && badCount === null) || (name === 'weighted' && weight === null)
      ? 0
      : known(name)
  if (additive === null && fact('both') > 0) {
    throw new AftergreenError(
      'COMPARE_SIDES_OVERLAP',
      `${rowsOf(fact('both'))} both of the candidate and of the baseline.`,
      { hint: 'Change one of the two filters or windows, so that no row belongs to both.' },
    )
  }
  const notes: string[] = []
  for (const [i, [name]] of checkedValues(population).entries()) {
    const wrong = fact(`wrong${i}`)
    const missing = fact(`missing${i}`)
    if (wrong > 0) {
      throw new AftergreenError(
        'COMPARE_VALUES',
        `In ${wrong} ${plural(wrong, 'row')} ${name} is negative or not a finite number.`,
        { hint: 'Leave these rows out by a filter, or correct them.' },
      )
    }
    if (missing > 0)
      notes.push(`In ${missing} ${plural(missing, 'row')} ${name} is missing: taken for 0.`)
  }
  if (fact('more_bad') > 0) {
    throw new AftergreenError(
      'COMPARE_VALUES',
      `In ${fact('more_bad')} ${plural(fact('more_bad'), 'row')} more events are bad than there are.`,
      { hint: 'The count of bad events must not be larger than the weight of its row.' },
    )
  }
  const events = { candidate: fact('candidate_events'), baseline: fact('baseline_events') }
  for (const side of ['candidate', 'baseline'] as const) {
    if (events[side] > 0 && fact(`${side}s`) > 0) continue
    throw emptySide(side, fact('rows'), additive !== null)
  }
  return {
    rows: fact('rows'),
    baselineRows: fact('baselines'),
    isWeighted: additive !== null || badCount !== null || fact('weighted') > 0,
    quantum: 2 ** (Math.ceil(Math.log2(Math.max(1, events.candidate + events.baseline))) - sumBits),
    notes,
  }
}

function emptySide(
  side: 'candidate' | 'baseline',
  rows: number,
  isAdditive: boolean,
): AftergreenError {
  if (isAdditive) {
    const column = side === 'candidate' ? 'actual' : 'expected'
    return new AftergreenError('COMPARE_EMPTY_SIDE', `The ${column} values are all 0.`, {
      hint: `Name another column for what is ${column}.`,
    })
  }
  const other = side === 'candidate' ? 'baseline' : 'candidate'
  return new AftergreenError(
    'COMPARE_EMPTY_SIDE',
    rows === 0 ? 'No row belongs to either side.' : `No row belongs to the ${side}.`,
    {
      hint:
        rows === 0
          ? 'Look at the two filters.'
          : `The ${other} has ${rows} ${plural(rows, 'row')}. Look at the filter of the ${side}, and at the time range where there is one.`,
    },
  )
}

const flag = (sql: string): string => `(ifNull((${sql}), 0) != 0)`

const sum = (sql: string | null, condition: string): string =>
  sql === null ? `countIf(${condition})` : `sumIf(ifNull(toFloat64(${sql}), 0), ${condition})`

/** Null counts as one. */
const isCount = (sql: string): string =>
  `ifNull(isFinite(toFloat64(${sql})) AND toFloat64(${sql}) >= 0, 1)`

const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`)

const rowsOf = (count: number): string => `${count} ${count === 1 ? 'row is' : 'rows are'}`
