import { onlineWeight } from '../../stats/online-weights.ts'
import type { Hypothesis } from './hypothesis.ts'
import type { UnitTable } from './unit-table.ts'

/** Half of the error budget goes to claims that are known beforehand, half to those that the search suggests. */
export const fixedShare = 0.5

/** Operations beyond this many get no claim of their own; cohorts still cover them. */
const maxOperations = 64
/** An operation is worth a claim of its own once so many units of it were seen. */
const minUnits = 50
/** The first list is drawn up after so many units, or so many blocks of time with at least some units. */
const minRows = 500
const minBlocks = 10

/**
 * The claims that need no search: failures and silent failures of the service as a whole, and of each operation, and
 * the durations of each operation. Operations join in the order in which they are seen often enough; those of the
 * first look share 90 % of the fixed budget evenly, later ones the rest.
 */
export function addFixedHypotheses(
  known: Hypothesis[],
  table: UnitTable,
  blocks: number,
): Hypothesis[] {
  const fixed = known.filter(({ origin }) => origin === 'fixed')
  // a first list drawn up too early would leave the operations that come late with crumbs of the budget
  const enough = table.rows >= minRows || (table.rows >= minUnits && blocks >= minBlocks)
  if (fixed.length === 0 && !enough) return known
  const has = new Set(fixed.map(({ id }) => id))
  const wanted = [...serviceClaims(), ...busyOperations(table).flatMap(operationClaims)]
  const missing = wanted.filter(({ id }) => !has.has(id))
  if (missing.length === 0) return known
  const first = fixed.length === 0
  const weighted = missing.map((claim, i): Hypothesis => ({
    ...claim,
    weight: first
      ? (fixedShare * 0.9) / missing.length
      : fixedShare * 0.1 * onlineWeight(fixed.length + i + 1),
  }))
  return [...known, ...weighted]
}

type Claim = Omit<Hypothesis, 'weight'>

function serviceClaims(): Claim[] {
  return [
    { id: 'failure-rate', kind: 'failure-rate', cohort: [], test: 'bad', origin: 'fixed' },
    { id: 'silent-failure', kind: 'silent-failure', cohort: [], test: 'bad', origin: 'fixed' },
  ]
}

function operationClaims(operation: string): Claim[] {
  const cohort = [{ attribute: 'operation', op: '=', value: operation }] as const
  return [
    { id: `failure-rate|${operation}`, kind: 'failure-rate', cohort, test: 'bad', origin: 'fixed' },
    {
      id: `silent-failure|${operation}`,
      kind: 'silent-failure',
      cohort,
      test: 'bad',
      origin: 'fixed',
    },
    { id: `latency|${operation}`, kind: 'latency', cohort, test: 'buckets', origin: 'fixed' },
  ]
}

/** The operations with the most units, by name where they are equal. */
function busyOperations(table: UnitTable): string[] {
  const counts = new Uint32Array(table.operations.length)
  for (let row = 0; row < table.rows; row++) counts[table.operation[row]!]! += 1
  return table.operations
    .map((name, i) => [name, counts[i]!] as const)
    .filter(([, count]) => count >= minUnits)
    .toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .slice(0, maxOperations)
    .map(([name]) => name)
}
