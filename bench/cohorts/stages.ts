import { discover } from '../../src/cohorts/compare/discover.ts'
import { compareRequestOf, openComparison } from '../../src/cohorts/compare/store-comparison.ts'
import type { Store } from '../../src/store/store.ts'
import { comparisonRequest, type RunOptions } from './compare-run.ts'
import type { CallRecord } from './recorded.ts'
import { measured } from './usage.ts'

export interface Stage {
  name: string
  seconds: number
  nodeCpu?: number
  engineCpu?: number
}

/** Every call of the source and every query in the order of their starts, and what lies between the calls. */
export function stagesOf(record: CallRecord, total: number): Stage[] {
  const stages: Stage[] = []
  let done = 0
  for (const { name, from, to, nodeCpu, engineCpu } of record.calls.toSorted(
    (a, b) => a.from - b.from || b.to - a.to,
  )) {
    const inner = name.startsWith(' ')
    if (!inner && from - done > 0.005) {
      stages.push({ name: `(between: to ${name})`, seconds: from - done })
    }
    stages.push({ name, seconds: to - from, nodeCpu, engineCpu })
    if (!inner) done = Math.max(done, to)
  }
  if (total - done > 0.005) stages.push({ name: '(the rest)', seconds: total - done })
  return stages
}

/** Attributes, mix and search on the sample, up to each order: the differences are what an order costs. */
export async function searchByOrder(
  store: Store,
  enginePid: number,
  options: RunOptions,
): Promise<Stage[]> {
  const request = comparisonRequest(options)
  const source = await openComparison(store, request, Date.now())
  try {
    await source.describe()
    const sample = await source.sample()
    const stages: Stage[] = []
    for (let maxOrder = 1; maxOrder <= options.maxOrder; maxOrder++) {
      const { answer, usage } = await measured(enginePid, () =>
        discover(sample, { ...compareRequestOf(request), maxOrder }, {}),
      )
      stages.push({
        name: `select, balance, search to order ${maxOrder} of ${sample.table.rows} rows (${answer.suggested.length} suggested)`,
        seconds: usage.seconds,
        nodeCpu: usage.nodeCpu,
        engineCpu: usage.engineCpu,
      })
    }
    return stages
  } finally {
    await source.close()
  }
}
