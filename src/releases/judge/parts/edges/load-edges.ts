import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { durationBounds } from '../../duration-buckets.ts'
import { callBounds, type Edge, edgeKey, type EdgeRole, type EdgeSeries } from './edge.ts'
import type { EdgeRead } from './edge-read.ts'
import { edgeUnitsSql, firstEntriesSql } from './edge-sql.ts'
import type { EdgeWindow } from './edge-window.ts'

/** What is read: the edges around the service, and what could not be counted. */
export interface EdgeCounts {
  edges: EdgeSeries[]
  /** Requests of each operation of the service in whose calls `call` edges are counted; `bad` is 0. */
  requests: Map<string, ComparisonBlock[]>
  /** Calls that failed without an answer, at an address where several versions answer. */
  unattributed: number
  /** Edges beyond the bound, by role. */
  cut: number
}

/** Edges of one role, the busiest first. */
export const maxEdges = 200
/** Rows of an answer: edges, blocks and sides. */
const maxRows = 250_000

export async function loadEdges(read: EdgeRead, window: EdgeWindow): Promise<EdgeCounts> {
  const found: EdgeCounts = {
    edges: [],
    requests: await loadRequests(read, window),
    unattributed: 0,
    cut: 0,
  }
  // one after the other: the engine has other questions to answer
  for (const role of read.roles) await loadRole(read, window, role, found)
  found.edges.sort((a, b) => b.units - a.units || compare(edgeKey(a.edge), edgeKey(b.edge)))
  found.cut += Math.max(0, found.edges.length - maxEdges)
  found.edges.splice(maxEdges)
  return found
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const bucketOf = (value: string, bounds: readonly number[]): string =>
  `arrayFirstIndex(b -> ${value} <= b, [${bounds.join(', ')}, inf]) - 1`

async function loadRole(
  { store, scope, parameters, candidateVersion }: EdgeRead,
  window: EdgeWindow,
  role: EdgeRole,
  found: EdgeCounts,
): Promise<void> {
  // four a decade: computed instead of searched for, as `durationBounds` is made
  const duration = `toUInt8(least(${durationBounds.length}, greatest(0, ceil(4 * log10(greatest(duration, 1) / 1e6)))))`
  const { rows, columns } = await store.queryColumns(
    `SELECT * FROM (SELECT *, max(place) OVER () AS places FROM (
       SELECT *, dense_rank() OVER (ORDER BY traffic DESC, service, operation, entry) AS place FROM (
         SELECT *, sum(units) OVER (PARTITION BY service, operation, entry) AS traffic,
           sum(roots) OVER (PARTITION BY service, operation, entry) AS all_roots FROM (
           SELECT service, operation, entry, multiIf(version = {candidate: String}, 1, version = '', 2, 0) AS side,
             intDiv(at - {from: Int64}, {width: Int64}) AS block,
             count() AS units, sum(root) AS roots, sum(failed) AS bad, sum(calls) AS called,
             sumMap([${duration}], [toUInt32(1)]) AS slow, slow.1 AS buckets, slow.2 AS in_bucket,
             sumMap([toUInt8(${bucketOf('calls', callBounds)})], [toUInt32(1)]) AS often,
             often.1 AS repeats, often.2 AS in_repeats
           FROM (${edgeUnitsSql(role, scope)})
           WHERE version IN {sides: Array(String)} AND at >= {from: Int64} AND block < {blocks: Int64}
           GROUP BY service, operation, entry, side, block))))
     WHERE place <= ${maxEdges} ORDER BY place, block, side LIMIT ${maxRows}`,
    {
      ...parameters,
      sides: role === 'reach' ? [...(parameters['sides'] as string[]), ''] : parameters['sides'],
      candidate: candidateVersion,
      width: window.blockMillis,
      blocks: window.blocks,
    },
    { isScan: true },
  )
  const text = (name: string, row: number): string => String(columns[name]![row])
  const value = (name: string, row: number): number => Number(columns[name]![row])
  const byKey = new Map<string, EdgeSeries>()
  if (rows > 0) found.cut += Math.max(0, value('places', 0) - maxEdges)
  for (let row = 0; row < rows; row++) {
    const side = value('side', row)
    if (side === 2) {
      found.unattributed += value('bad', row)
      continue
    }
    const edge: Edge = {
      role,
      service: text('service', row),
      operation: text('operation', row),
      entry: text('entry', row),
      isRoot: 2 * value('all_roots', row) >= value('traffic', row),
    }
    const key = edgeKey(edge)
    let series = byKey.get(key)
    if (series === undefined) byKey.set(key, (series = emptySeries(edge, window.blocks)))
    const block = value('block', row)
    const units = value('units', row)
    series.units += units
    addCounts(series.failures[block]!, side, units, value('bad', row))
    series.calls[side as 0 | 1] += value('called', row)
    const name = side === 1 ? 'candidate' : 'baseline'
    addBuckets(series.durations[block]![name], columns['buckets']![row], columns['in_bucket']![row])
    addBuckets(series.repeats[block]![name], columns['repeats']![row], columns['in_repeats']![row])
  }
  found.edges.push(...byKey.values())
}

async function loadRequests(
  { store, scope, parameters, candidateVersion }: EdgeRead,
  { blocks, blockMillis }: EdgeWindow,
): Promise<EdgeCounts['requests']> {
  const requests: EdgeCounts['requests'] = new Map()
  const { rows, columns } = await store.queryColumns(
    `SELECT entry, version = {candidate: String} AS side,
       intDiv(intDiv(start, 1000000) - {from: Int64}, {width: Int64}) AS block, count() AS units
     FROM (${firstEntriesSql(scope)})
     WHERE version IN {sides: Array(String)} AND block >= 0 AND block < {blocks: Int64}
     GROUP BY entry, side, block ORDER BY entry, block, side LIMIT ${maxRows}`,
    { ...parameters, candidate: candidateVersion, width: blockMillis, blocks },
    { isScan: true },
  )
  for (let row = 0; row < rows; row++) {
    const entry = String(columns['entry']![row])
    let series = requests.get(entry)
    if (series === undefined) requests.set(entry, (series = emptyBlocks(blocks)))
    const block = series[Number(columns['block']![row])]!
    addCounts(block, Number(columns['side']![row]), Number(columns['units']![row]), 0)
  }
  return requests
}

function addCounts(block: ComparisonBlock, side: number, total: number, bad: number): void {
  const name = side === 1 ? 'candidate' : 'baseline'
  block[`${name}Total`] += total
  block[`${name}Bad`] += bad
}

function addBuckets(sum: ArrayLike<number>, buckets: unknown, counts: unknown): void {
  const into = sum as Float64Array
  ;(buckets as number[]).forEach((bucket, i) => {
    into[bucket]! += (counts as number[])[i]!
  })
}

function emptyBlocks(blocks: number): ComparisonBlock[] {
  return Array.from({ length: blocks }, () => ({
    candidateTotal: 0,
    candidateBad: 0,
    baselineTotal: 0,
    baselineBad: 0,
  }))
}

function emptySeries(edge: Edge, blocks: number): EdgeSeries {
  const histograms = (buckets: number): EdgeSeries['durations'] =>
    Array.from({ length: blocks }, () => ({
      baseline: new Float64Array(buckets),
      candidate: new Float64Array(buckets),
    }))
  return {
    edge,
    units: 0,
    failures: emptyBlocks(blocks),
    durations: histograms(durationBounds.length + 1),
    repeats: histograms(callBounds.length + 1),
    calls: [0, 0],
  }
}
