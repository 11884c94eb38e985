import { compareCohorts } from '../../src/cohorts/compare/compare-cohorts.ts'
import type { Comparison } from '../../src/cohorts/compare/comparison.ts'
import { compareRequestOf, openComparison } from '../../src/cohorts/compare/store-comparison.ts'
import type { StoreComparison } from '../../src/cohorts/compare/store-comparison.ts'
import type { Store } from '../../src/store/store.ts'
import { firstTime, firstVersion, hours, secondVersion, service } from './fill-events.ts'
import { CallRecord } from './recorded.ts'
import { measured, type Usage } from './usage.ts'

export interface CompareRun {
  comparison: Comparison
  usage: Usage
  record: CallRecord
}

export interface RunOptions {
  /** The first part of the events, 0 to 1. */
  share: number
  /** Attributes to leave out. */
  ignore: readonly string[]
  maxOrder: number
}

/** What `aftergreen compare` asks: errors and latency of a service's second version against its first. */
export function comparisonRequest({ share, ignore, maxOrder }: RunOptions): StoreComparison {
  const until = firstTime + share * hours * 3_600_000
  return {
    service,
    candidate: `service.version = "${secondVersion}"`,
    baseline: `service.version = "${firstVersion}"`,
    since: new Date(firstTime).toISOString(),
    until: new Date(until).toISOString(),
    measures: ['rate', 'latency'],
    maxOrder,
    ignore,
  }
}

export interface RecordOptions {
  /** Whether every call and query is recorded. */
  stages: boolean
  /** As in `measured`; default true. */
  collects?: boolean
}

/** From the store to the answer. */
export async function compareRun(
  store: Store,
  enginePid: number,
  options: RunOptions,
  { stages, collects }: RecordOptions,
): Promise<CompareRun> {
  const record = new CallRecord(enginePid)
  const request = comparisonRequest(options)
  const compare = async (): Promise<Comparison> => {
    const from = stages ? record.store(store) : store
    const opened = await record.call('open', () => openComparison(from, request, Date.now()))
    const source = stages ? record.source(opened) : opened
    try {
      return await compareCohorts(source, compareRequestOf(request), {
        now: () => performance.now(),
      })
    } finally {
      await source.close()
    }
  }
  const { answer, usage } = await measured(enginePid, compare, collects)
  return { comparison: answer, usage, record }
}
