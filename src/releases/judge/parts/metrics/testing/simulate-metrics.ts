/** Counts of two fleets as their metrics would tell them, for simulations. */
import { createRandom } from '../../../../../stats/random.ts'
import type { MetricGroup, MetricTable, Side } from '../metric-table.ts'

export interface SimulatedMetrics {
  seed: number
  blocks: number
  /** Processes of each side. */
  candidates: number
  baselines: number
  /** Requests of one process to one operation in one block. */
  requests: number
  operations: readonly string[]
  failing: number
  /** The candidate's failure rate in one operation, as a multiple. */
  harm?: { operation: string; failures?: number; slower?: number }
  /** The candidate is slower in its first blocks, as a multiple. */
  cold?: { blocks: number; slower: number }
  /** Standard deviation of the logarithm of the failure rate between processes. */
  deviation?: number
  /** Failures come in groups of so many. */
  cluster?: number
  /** In one block in ten, failures are so many times as frequent on both sides. */
  burst?: number
}

/** Two fleets of one behaviour. */
export const quietFleets: SimulatedMetrics = {
  seed: 1,
  blocks: 24,
  candidates: 2,
  baselines: 4,
  requests: 80,
  operations: ['GET /a', 'GET /b'],
  failing: 0.02,
}

/** Upper bounds in ms, as by default in OpenTelemetry. */
const bounds = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

export function simulateMetrics(options: SimulatedMetrics): MetricTable {
  const { seed, blocks, requests, operations, deviation = 0, cluster = 1, burst = 1 } = options
  const random = createRandom(seed)
  const bursts = Array.from({ length: blocks }, () => (random.uniform() < 0.1 ? burst : 1))
  const groups: MetricGroup[] = []
  const coldness = (side: Side, block: number): number =>
    side === 'candidate' && block < (options.cold?.blocks ?? 0) ? options.cold!.slower : 1
  const fleet = (side: Side, processes: number): void => {
    for (let p = 0; p < processes; p++) {
      const own = Math.exp(random.normal(0, deviation))
      for (const [o, operation] of operations.entries()) {
        const isHarmed = side === 'candidate' && options.harm?.operation === operation
        const times = isHarmed ? (options.harm?.failures ?? 1) : 1
        const slower = isHarmed ? (options.harm?.slower ?? 1) : 1
        const [good, bad] = [false, true].map((failed): MetricGroup => ({
          side,
          role: 'server',
          metric: 'http.server.request.duration',
          operation,
          failed,
          instance: `${side}-${p}`,
          attributes: { region: o % 2 === 0 ? 'eu' : 'us' },
          requests: new Float64Array(blocks),
          durations: Array.from({ length: blocks }, () => new Float64Array(bounds.length + 1)),
        })) as [MetricGroup, MetricGroup]
        for (let block = 0; block < blocks; block++) {
          const all = random.poisson(requests)
          const rate = Math.min(0.9, options.failing * times * own * bursts[block]!)
          const failed = Math.min(all, cluster * random.poisson((all * rate) / cluster))
          add(good, block, all - failed)
          add(bad, block, failed)
        }
        groups.push(good, bad)
        function add(group: MetricGroup, block: number, n: number): void {
          group.requests[block] = n
          for (let i = 0; i < n; i++) {
            const millis = random.lognormal(Math.log(30 * slower * coldness(side, block)), 0.6)
            const bucket = bounds.findIndex((bound) => millis <= bound)
            group.durations[block]![bucket < 0 ? bounds.length : bucket]! += 1
          }
        }
      }
    }
  }
  fleet('candidate', options.candidates)
  fleet('baseline', options.baselines)
  return {
    blockMillis: 60_000,
    blocks,
    groups,
    bounds: new Map([['http.server.request.duration', bounds]]),
    intervalMillis: 30_000,
    lastSeen: { candidate: blocks * 60_000, baseline: blocks * 60_000 },
    series: { all: groups.length, read: groups.length },
    notes: [],
  }
}

/** The first blocks of a table, as an earlier look sees them. */
export function firstBlocks(table: MetricTable, blocks: number): MetricTable {
  const groups = table.groups.map((group) => ({
    ...group,
    requests: group.requests.slice(0, blocks),
    durations: group.durations.slice(0, blocks),
  }))
  return { ...table, blocks, groups }
}
