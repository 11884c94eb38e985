import { expect, test } from 'vitest'
import { createRandom } from '../../../../stats/random.ts'
import { sampleFinding } from '../../../testing/sample-verdict.ts'
import { syntheticUnits } from '../../../testing/synthetic-units.ts'
import type { Finding } from '../../../verdict.ts'
import type { UnitTable } from '../../unit-table.ts'
import type { EdgeMeasure } from './edge-claims.ts'
import { explainEdges, type SeenEdge } from './explained-edges.ts'

const operation = 'GET /quote'
const slow: Finding = sampleFinding({
  id: 'own',
  kind: 'latency',
  cohort: [{ attribute: 'operation', op: '=', value: operation }],
})

/** Units whose candidate takes so many times as long, with what a caller waits beyond that. */
function shop(
  slower: number,
  waits: (isCandidate: boolean, n: number) => number,
): { table: UnitTable; took: Float64Array } {
  const units = syntheticUnits({ seed: 3, units: 4000 })
  const duration = units.duration.map((ms, row) => (units.candidate[row] === 1 ? slower * ms : ms))
  const random = createRandom(5)
  const took = duration.map(
    (ms, row) => ms + random.lognormal(1, 0.3) + waits(units.candidate[row] === 1, row),
  )
  return { table: { ...units, duration }, took }
}

/** The edge of a caller that waits so long, bad beyond a bound, as `look-at-edges` would describe it. */
function edge(
  id: string,
  { table, took }: ReturnType<typeof shop>,
  bound: number,
  measure: EdgeMeasure = 'latency',
  isBad = (row: number): boolean => took[row]! > bound,
): SeenEdge {
  const index = table.operations.indexOf(operation)
  const rows = [...took.keys()].filter((row) => table.operation[row] === index)
  const [baseline, candidate] = [0, 1].map((side) =>
    rows.filter((row) => table.candidate[row] === side),
  ) as [number[], number[]]
  const total = {
    baselineTotal: baseline.length,
    baselineBad: baseline.filter(isBad).length,
    candidateTotal: candidate.length,
    candidateBad: candidate.filter(isBad).length,
  }
  const finding = sampleFinding({ id, kind: 'latency' })
  return {
    finding,
    evidence: { hypothesis: { measure } } as SeenEdge['evidence'],
    measured: { total, bound, effect: finding.effect },
    traces: candidate.map((row) => ({
      traceId: table.traceIds[row]!,
      candidate: 1,
      bad: isBad(row) ? 1 : 0,
      at: table.at[row]!,
      took: took[row]!,
    })),
  }
}

const medianOf = ({ took, table }: ReturnType<typeof shop>): number => {
  const own = [...took.keys()].filter(
    (row) =>
      table.candidate[row] === 0 && table.operation[row] === table.operations.indexOf(operation),
  )
  return own.map((row) => took[row]!).toSorted((a, b) => a - b)[Math.floor(own.length / 2)]!
}

test.each([1.2, 1.4, 2, 5])(
  'a service takes %d times as long: what its callers wait for, and users after them, is that',
  (slower) => {
    const one = shop(slower, () => 0)
    const further = { ...one, took: one.took.map((ms) => ms + 2) }
    // bounds lie where the histogram has them, which is nowhere in particular
    for (const bound of [0.8, 1.1, 1.4].map((part) => part * medianOf(one))) {
      const seen = [edge('caller', one, bound), edge('user', further, 1.2 * bound)]
      expect(explainEdges(seen, [slow], one.table)).toEqual(new Map([['own', ['caller', 'user']]]))
    }
  },
)

test('without a finding of the service, the nearest edge stands for those further on', () => {
  const one = shop(1.5, () => 0)
  for (const [first, second] of [
    [1.2, 1.4],
    [1.4, 1.2],
  ] as const) {
    const seen = [
      edge('caller', one, first * medianOf(one)),
      edge('user', one, second * medianOf(one)),
    ]
    expect(explainEdges(seen, [], one.table)).toEqual(new Map([['caller', ['user']]]))
  }
})

test('two faults are two findings: the service is slow, and its callers wait for something else as well', () => {
  // of the same traces, all of them and every third one
  for (const every of [1, 3]) {
    const waits = (isCandidate: boolean, n: number): number =>
      isCandidate && n % every === 0 ? 80 : 0
    const both = shop(1.4, waits)
    const seen = [edge('caller', both, 1.8 * medianOf(both))]
    expect(explainEdges(seen, [slow], both.table)).toEqual(new Map())
  }
})

test('… and where its callers see answers fail, in other traces than those that are slow or fail', () => {
  const one = shop(2, () => 0)
  const failures = sampleFinding({ id: 'failures', kind: 'failure-rate', cohort: slow.cohort })
  const isCandidate = (row: number): boolean => one.table.candidate[row] === 1
  const table = {
    ...one.table,
    failed: one.table.failed.map((_, row) => (isCandidate(row) && row % 5 === 0 ? 1 : 0)),
  }
  const caller = (isBad: (row: number) => boolean): SeenEdge =>
    edge('caller', { ...one, table }, 0, 'failure-rate', isBad)
  const others = caller((row) => isCandidate(row) && row % 5 === 1)
  expect(explainEdges([others], [slow, failures], table)).toEqual(new Map())
  const same = caller((row) => isCandidate(row) && row % 5 === 0)
  expect(explainEdges([same], [slow, failures], table)).toEqual(new Map([['failures', ['caller']]]))
})
