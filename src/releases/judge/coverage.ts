import type { Store } from '../../store/store.ts'
import type { BlindSpot } from '../verdict.ts'
import type { Release } from '../release.ts'
import type { JudgeWindow } from './judge-window.ts'
import { count, duration, millis, percent } from './numbers-in-words.ts'
import type { UnitTable } from './unit-table.ts'

/** A reason why nothing may be concluded now; the first one is the verdict's headline. */
export interface CoverageGap {
  spot: BlindSpot
  /** The side that has nothing to show; `neither`: what is beside the lack of a baseline, which the time before can make up for. */
  side: 'candidate' | 'baseline' | 'neither'
}

/** Telemetry of a side may pause this long before it counts as gone. */
const patienceMillis = 120_000
/** Whoever sent telemetry within this time is known. */
const knownMillis = 7 * 86_400_000

/** Is there anything to compare at all? An empty answer means yes. */
export async function coverageGaps(
  store: Store,
  release: Release,
  table: UnitTable,
  window: JudgeWindow,
): Promise<CoverageGap[]> {
  const last = [-1, -1]
  for (let row = 0; row < table.rows; row++) {
    const side = table.candidate[row]!
    last[side] = Math.max(last[side]!, table.at[row]!)
  }
  const [lastBaseline, lastCandidate] = last as [number, number]
  const missing: CoverageGap[] =
    lastBaseline < 0 ? [{ side: 'baseline', spot: missingBaseline(release) }] : []
  if (lastCandidate < 0) {
    const spot = await missingCandidate(store, release, window)
    return [{ side: 'candidate', spot }, ...missing]
  }
  const gaps = unbelievable(table)
  const patience = Math.max(patienceMillis, 5 * window.blockMillis)
  const sides = [
    { side: 'candidate', version: release.version, last: lastCandidate },
    { side: 'baseline', version: release.baselineVersion ?? '', last: lastBaseline },
  ] as const
  const silent = sides
    .filter(({ last: at }) => at >= 0 && window.to - at > patience)
    .map(({ side, version, last: at }): CoverageGap => ({
      side,
      spot: {
        kind: 'telemetry-gap',
        subject: `telemetry of the ${side}`,
        title: `The ${side} ${version} has sent no telemetry for ${duration((window.to - at) / 1000)}`,
        detail:
          'Whatever happened since then was not seen: the service may be idle, gone, or unable to report.',
      },
    }))
  const found = [...gaps, ...silent]
  return missing.length === 0
    ? found
    : [...found.map(({ spot }) => ({ spot, side: 'neither' as const })), ...missing]
}

/** With fewer requests, equal durations may be chance. */
const fewestEqual = 100
/** Share of requests without any duration that a clock of low resolution may show on one side only. */
const mostZero = 0.05

/**
 * Durations that no service has: those of a clock that runs backwards (stored as zero), and a series that never changes. A
 * candidate of them would be proven not to be slower.
 */
function unbelievable(table: UnitTable): CoverageGap[] {
  const sides = [0, 1].map(() => ({ requests: 0, zero: 0, distinct: new Set<number>() }))
  for (let row = 0; row < table.rows; row++) {
    const side = sides[table.candidate[row]!]!
    const took = table.duration[row]!
    side.requests += 1
    if (!(took > 0 && took < Infinity)) side.zero += 1
    if (side.distinct.size < 2) side.distinct.add(took)
  }
  const [baseline, candidate] = sides as [(typeof sides)[0], (typeof sides)[0]]
  const share = candidate.zero / candidate.requests
  const usual = baseline.zero / Math.max(1, baseline.requests)
  const gap = (title: string): CoverageGap => ({
    side: 'candidate',
    spot: {
      kind: 'unbelievable-data',
      subject: 'durations',
      title,
      detail:
        'No real service shows that, so nothing can be said of how long its requests take. Check its clock and its instrumentation.',
    },
  })
  if (candidate.requests >= fewestEqual && candidate.distinct.size === 1) {
    const [took = 0] = candidate.distinct
    return [
      gap(`All ${count(candidate.requests, 'candidate request')} took exactly ${millis(took)}`),
    ]
  }
  if (share > mostZero && share > 2 * usual)
    return [gap(`${percent(share)} of the candidate's requests took no time at all, or less`)]
  return []
}

/** Why there is no request of the candidate: nobody knows the service, the version, or it is merely idle. */
async function missingCandidate(
  store: Store,
  { service, environment, version }: Release,
  window: JudgeWindow,
): Promise<BlindSpot> {
  const rows = await store.query<{ service: string; environment: string; version: string }>(
    `SELECT service, environment, service_version AS version FROM ${store.relation('traces')}
     WHERE time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     GROUP BY service, environment, version ORDER BY service, environment, version LIMIT 1000`,
    // event time: a look at the past knows nothing of what came after it
    { from: window.to - knownMillis, to: window.to },
  )
  const same = rows.filter((row) => row.service === service && row.environment === environment)
  if (same.some((row) => row.version === version)) {
    return {
      kind: 'no-candidate-traffic',
      title: `${service} ${version} has answered no request since the release began`,
      detail:
        'It has sent telemetry before, but none that counts. Check that traffic is routed to it.',
    }
  }
  const names = (values: string[]): string =>
    [...new Set(values)]
      .filter((value) => value !== '')
      .slice(0, 8)
      .join(', ')
  const elsewhere = rows.filter((row) => row.service === service)
  const known =
    same.length > 0
      ? `Versions seen of ${service}: ${names(same.map((row) => row.version))}.`
      : elsewhere.length > 0
        ? `${service} is known, but in other environments: ${names(elsewhere.map((row) => row.environment || '(none)'))}.`
        : rows.length > 0
          ? `No telemetry carries that service name. Services seen: ${names(rows.map((row) => row.service))}.`
          : 'No telemetry has arrived at all.'
  return {
    kind: 'unknown-version',
    title: `Nobody has seen ${service} ${version}${environment === '' ? '' : ` in ${environment}`}`,
    detail: `${known} The version is read from the resource attribute service.version, the environment from deployment.environment.name.`,
  }
}

function missingBaseline({ service, baselineVersion }: Release): BlindSpot {
  return {
    kind: 'no-baseline-traffic',
    title:
      baselineVersion === null
        ? `${service} has no other version to compare with`
        : `The baseline ${service} ${baselineVersion} has answered no request since the release began`,
    detail:
      'Without a baseline at the same time there is nothing to compare the candidate with. Keep the old version serving part of the traffic while the release is watched.',
  }
}
