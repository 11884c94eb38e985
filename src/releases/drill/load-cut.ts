import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import { loadUnits } from '../judge/load-units.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { Release } from '../release.ts'
import type { DrilledService } from './load-slots.ts'

/** The requests of a cut of the past; nobody has divided them yet. */
export interface LoadedCut {
  table: UnitTable
  /** Per row: `service.instance.id`, empty where it is not known. */
  instances: string[]
  window: JudgeWindow
}

/** More requests than this are read as a hashed sample of traces: a drill judges them dozens of times. */
const maxUnits = 12_000
/** Where a cut has more requests, instances are not asked for. */
const maxInstanceRows = 300_000

/**
 * Reads a cut as the judge reads a release.
 * @param versions that answered in it, the busiest first; at most two are read
 */
export async function loadCut(
  store: Store,
  service: DrilledService,
  versions: readonly string[],
  window: JudgeWindow,
  detectors: readonly Detector[],
): Promise<LoadedCut> {
  const release = placeboRelease(service, window.from, versions)
  const table = await loadUnits(store, release, window, { detectors, maxUnits })
  const byUnit = new Map<string, string>()
  if (table.sampledFrom <= maxInstanceRows) {
    const { columns, rows } = await store.queryColumns(
      `SELECT trace_id, name, min(service_instance) AS instance FROM ${store.relation('traces')}
       WHERE service = {service: String} AND environment = {environment: String}
         AND kind IN ('server', 'consumer') AND service_instance != ''
         AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
         AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
       GROUP BY trace_id, name LIMIT ${2 * maxInstanceRows}`,
      { ...service, from: window.from, to: window.to },
    )
    const text = (name: string, row: number): string => (columns[name]?.[row] ?? '') as string
    for (let row = 0; row < rows; row++) {
      byUnit.set(`${text('trace_id', row)} ${text('name', row)}`, text('instance', row))
    }
  }
  const instances = table.traceIds.map(
    (trace, row) => byUnit.get(`${trace} ${table.operations[table.operation[row]!]}`) ?? '',
  )
  return { table, instances, window }
}

/** A release that never was. */
export function placeboRelease(
  { service, environment }: DrilledService,
  from: number,
  [version = '', other]: readonly string[],
): Release {
  return {
    id: `placebo ${service} ${environment} ${from}`,
    service,
    environment,
    version,
    baselineVersion: other ?? null,
    strategy: 'canary',
    reason: 'feature',
    startedAt: new Date(from).toISOString(),
    links: [],
  }
}
