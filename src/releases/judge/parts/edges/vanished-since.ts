import type { Store } from '../../../../store/store.ts'
import { harmRateRatio } from '../../../../stats/rate-ratio-test.ts'
import type { Release } from '../../../release.ts'
import type { JudgeWindow } from '../../judge-window.ts'
import { minUnits } from './edge-claims.ts'
import { hasVanished, harmTrafficRatio, type VanishedOperation } from './vanished-operations.ts'

/** Operations that are looked at, the busiest first. */
const maxOperations = 200
/** The time before the release that is looked at: as long as the watch, and at least so long. */
const leastMillis = 600_000

/**
 * Where no old version answers any more: operations of the time before the release that nobody calls now, on any version.
 * The sides are times, so their traffic may differ for reasons of its own: it holds a release at most.
 * @param alpha error budget of all operations together
 */
export async function vanishedSince(
  store: Store,
  { service, environment }: Release,
  { from, to }: JudgeWindow,
  alpha: number,
): Promise<VanishedOperation[]> {
  const at = `time >= fromUnixTimestamp64Milli({at: Int64}, 'UTC')`
  const rows = await store.query<{ operation: string; before: number; since: number }>(
    `SELECT name AS operation, uniqIf(trace_id, NOT ${at}) AS before, uniqIf(trace_id, ${at}) AS since
     FROM ${store.relation('traces')}
     WHERE service = {service: String} AND environment = {environment: String}
       AND kind IN ('server', 'consumer')
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     GROUP BY operation ORDER BY before DESC, operation LIMIT ${maxOperations}`,
    { service, environment, from: from - Math.max(leastMillis, to - from), at: from, to },
  )
  const sum = (side: 'before' | 'since'): number => rows.reduce((all, row) => all + row[side], 0)
  const all = { before: sum('before'), since: sum('since') }
  const known = rows.filter(({ before }) => before >= minUnits)
  return known
    .map(({ operation, before, since }): VanishedOperation => {
      const test = harmRateRatio({ margin: harmTrafficRatio })
      test.update({
        candidateTotal: all.before,
        candidateBad: before,
        baselineTotal: all.since,
        baselineBad: since,
      })
      return {
        hypothesis: { operation, weight: 1 / known.length },
        total: {
          candidateTotal: all.since,
          candidateBad: since,
          baselineTotal: all.before,
          baselineBad: before,
        },
        expected: (before / Math.max(1, all.before)) * all.since,
        logE: test.logE,
        maxLogE: test.maxLogE,
      }
    })
    .filter((each) => {
      return hasVanished(each) && each.maxLogE >= Math.log(1 / (alpha * each.hypothesis.weight))
    })
}
