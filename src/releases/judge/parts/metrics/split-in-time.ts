import type { MetricGroup, MetricTable } from './metric-table.ts'

/**
 * Two times as if they were two versions: what both versions did before a block is the baseline of what the candidate does
 * from a later one on. The earlier time is laid over the later one in its own order; what each block stands for in the clock is
 * lost, so nothing but the two times as a whole may be told of the result.
 * @param until blocks of the earlier time, at least 1
 * @param at number of the first later block, less than `table.blocks`
 */
export function splitInTime(table: MetricTable, until: number, at: number): MetricTable {
  const blocks = table.blocks - at
  const before = table.groups.map((group): MetricGroup => {
    const earlier = { ...emptied(group, blocks), side: 'baseline' } as const
    for (let block = 0; block < until; block++) {
      const place = Math.floor((block * blocks) / until)
      earlier.requests[place]! += group.requests[block]!
      const counts = group.durations[block]
      if (counts === undefined) continue
      const durations = (earlier.durations[place] ??= new Float64Array(counts.length))
      counts.forEach((n, i) => (durations[i]! += n))
    }
    return earlier
  })
  const since = table.groups
    .filter(({ side }) => side === 'candidate')
    .map((group) => ({
      ...group,
      requests: group.requests.slice(at),
      durations: group.durations.slice(at),
    }))
  return { ...table, blocks, groups: [...before, ...since].filter(hasRequests) }
}

function emptied(group: MetricGroup, blocks: number): MetricGroup {
  return {
    ...group,
    requests: new Float64Array(blocks),
    durations: Array.from({ length: blocks }),
  }
}

/** A process that had ended, or not begun, is none of that time. */
const hasRequests = ({ requests }: MetricGroup): boolean => requests.some((n) => n > 0)
