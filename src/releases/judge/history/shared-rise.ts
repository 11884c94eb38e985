import { harmRateRatio } from '../../../stats/rate-ratio-test.ts'
import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import type { TimeWindow } from '../../verdict.ts'
import { sampleOf } from '../units/unit-scope.ts'
import { minRequests } from './cut-pair.ts'

/** Failures of another service, in traces that the released service has no part in. */
export interface UntouchedService {
  service: string
  before: { requests: number; failed: number }
  after: { requests: number; failed: number }
}

/** How failures moved in services that the release does not touch. */
export interface SharedRise {
  /** Median of their ratios after / before, where chance alone does not explain them; at least 1. */
  factor: number
  services: number
  /** Those with a rise that chance does not explain. */
  risen: number
}

/** A rise of an untouched service counts with this evidence, against "not by more than a quarter". */
const risenLogE = Math.log(20)
const risenMargin = 1.25
/** More services than this are not asked. */
const maxServices = 200

/**
 * Difference in differences: what rose for most untouched services over the same time is not the release's. Null without
 * any such service.
 */
export function sharedRise(services: readonly UntouchedService[]): SharedRise | null {
  const busy = services.filter(({ before, after }) => {
    return before.requests >= minRequests && after.requests >= minRequests
  })
  if (busy.length === 0) return null
  const ratios = busy.map(({ before, after }) => {
    const test = harmRateRatio({ margin: risenMargin })
    test.update({
      candidateTotal: after.requests,
      candidateBad: after.failed,
      baselineTotal: before.requests,
      baselineBad: before.failed,
    })
    if (test.logE < risenLogE) return 1
    // half a failure more on both sides: a service that never failed before has no ratio
    return (after.failed + 0.5) / after.requests / ((before.failed + 0.5) / before.requests)
  })
  ratios.sort((a, b) => a - b)
  const factor = ratios[Math.floor((ratios.length - 1) / 2)]!
  return {
    factor: Math.max(1, factor),
    services: busy.length,
    risen: ratios.filter((ratio) => ratio > 1).length,
  }
}

/**
 * The other services of the environment in which no version is new, counted in traces without the released service: who
 * calls it fails with it, and who it calls fails because of it.
 */
export async function loadUntouched(
  store: Store,
  release: Release,
  before: TimeWindow,
  after: TimeWindow,
  oneOf: number,
): Promise<UntouchedService[]> {
  const moment = (name: string): string => `parseDateTime64BestEffort({${name}: String}, 9, 'UTC')`
  const isBefore = `(time >= ${moment('before')} AND time < ${moment('beforeEnd')})`
  const isAfter = `(time >= ${moment('after')} AND time < ${moment('afterEnd')})`
  const scope = `environment = {environment: String} AND (${isBefore} OR ${isAfter})
       AND ${sampleOf(oneOf)}`
  const rows = await store.query<{ service: string; counts: number[]; is_touched: number }>(
    `SELECT service,
       [countIf(${isBefore}), countIf(${isBefore} AND status = 'error'),
        countIf(${isAfter}), countIf(${isAfter} AND status = 'error')] AS counts,
       NOT hasAll(groupUniqArrayIf(100)(service_version, ${isBefore}),
         groupUniqArrayIf(100)(service_version, ${isAfter})) AS is_touched
     FROM ${store.relation('traces')}
     WHERE ${scope} AND service != {service: String} AND kind IN ('server', 'consumer')
       AND trace_id NOT IN (
         SELECT trace_id FROM ${store.relation('traces')}
         WHERE ${scope} AND service = {service: String})
     GROUP BY service ORDER BY counts[3] DESC, service LIMIT ${maxServices}`,
    {
      service: release.service,
      environment: release.environment,
      before: before.from,
      beforeEnd: before.to,
      after: after.from,
      afterEnd: after.to,
    },
  )
  return rows
    .filter((row) => row.is_touched === 0)
    .map(({ service, counts }) => {
      const [requests = 0, failed = 0, requestsAfter = 0, failedAfter = 0] = counts.map(Number)
      return {
        service,
        before: { requests, failed },
        after: { requests: requestsAfter, failed: failedAfter },
      }
    })
}
