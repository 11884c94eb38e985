import { expect, test } from 'vitest'
import { defaultPolicy } from '../../policy.ts'
import { lookBack } from './look-back.ts'
import type { MetricTable } from './metric-table.ts'
import { type SimulatedMetrics, simulateMetrics } from './testing/simulate-metrics.ts'

const quiet: SimulatedMetrics = {
  seed: 1,
  blocks: 24,
  candidates: 3,
  baselines: 3,
  requests: 80,
  operations: ['GET /a', 'GET /b'],
  failing: 0.02,
}
const blockMillis = 60_000
/** The old version ends with this block, and the fault begins with the other one. */
const silentFrom = 12
const onset = 20

/** The requests of a table up to a block, and those of another one from then on; the old version's end earlier. */
function joined(before: MetricTable, after: MetricTable): MetricTable {
  return {
    ...before,
    groups: before.groups.map((group, i) => {
      const end = group.side === 'baseline' ? silentFrom : before.blocks
      const of = (block: number): MetricTable['groups'][number] =>
        (block < onset ? before : after).groups[i]!
      return {
        ...group,
        requests: group.requests.map((_, block) => (block < end ? of(block).requests[block]! : 0)),
        durations: group.durations.map((_, block) =>
          block < end ? of(block).durations[block] : undefined,
        ),
      }
    }),
  }
}

function found(options: Partial<SimulatedMetrics>, harm?: SimulatedMetrics['harm']): string[] {
  const healthy = { ...quiet, ...options }
  const after = simulateMetrics({ ...healthy, ...(harm !== undefined && { harm }) })
  const table = joined(simulateMetrics(healthy), after)
  const window = { from: 0, to: 24 * blockMillis, blockMillis, blocks: 24 }
  const at = '1970-01-01T00:24:00.000Z'
  return lookBack(table, 'shop', window, silentFrom * blockMillis, defaultPolicy, at)
    .filter(({ cohort }) => cohort.some(({ attribute }) => attribute === 'operation'))
    .map(({ kind, title }) => `${kind}: ${title}`)
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

test.each([
  ['nothing wrong', {}],
  ['processes that differ', { deviation: 0.3 }],
  ['failures in clusters', { cluster: 3 }],
  ['bursts', { burst: 5 }],
])('%s: nothing found in the time after the old version', (_, options) => {
  expect(seeds.flatMap((seed) => found({ ...options, seed }))).toEqual([])
})

test('one operation fails, or is slow, from a time after the old version had gone', () => {
  const [failing, ...more] = found({ requests: 300 }, { operation: 'GET /b', failures: 10 })
  expect(failing).toMatch(
    /^failure-rate: [\d,]+ of [\d,]+ requests to GET \/b \([\d.]+ %\) fail, against [\d,]+ of [\d,]+ before 00:12 UTC \(/,
  )
  expect(more).toEqual([])
  const [slow] = found({ requests: 300 }, { operation: 'GET /a', slower: 4 })
  expect(slow).toMatch(/^latency: [\d,]+ of [\d,]+ requests to GET \/a /)
})
