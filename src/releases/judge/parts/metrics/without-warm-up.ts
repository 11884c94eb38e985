import type { MetricGroup, MetricTable } from './metric-table.ts'

/**
 * Counts without the durations of each process's first seconds (see `warm-up.ts`). A process begins with the first block
 * in which it counted requests; those that do not name themselves are one for each version.
 */
export function withoutWarmUp(table: MetricTable, seconds: number): MetricTable {
  const cold = Math.ceil((seconds * 1000) / table.blockMillis)
  if (cold <= 0) return table
  const first = new Map<string, number>()
  for (const group of table.groups) {
    const begin = group.requests.findIndex((requests) => requests > 0)
    const known = first.get(processOf(group))
    if (begin >= 0 && (known === undefined || begin < known)) first.set(processOf(group), begin)
  }
  const groups = table.groups.map((group) => {
    const until = (first.get(processOf(group)) ?? 0) + cold
    return {
      ...group,
      durations: group.durations.map((counts, block) => (block < until ? undefined : counts)),
    }
  })
  return { ...table, groups }
}

const processOf = ({ side, instance }: MetricGroup): string => `${side} ${instance}`
