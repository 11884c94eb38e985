import type { BlindSpot } from '../../../verdict.ts'
import { duration } from '../../numbers-in-words.ts'
import type { PartInput, PartLook } from '../evidence-part.ts'
import type { MetricJudgement } from './judge-metrics.ts'
import { lookBack } from './look-back.ts'
import { countedWatch } from './metric-levels.ts'
import { volume } from './metric-claims.ts'
import type { MetricTable, Side } from './metric-table.ts'
import { hoursCounted } from './versions-in-metrics.ts'

/** Metrics may be late by this, or by five of their intervals, before a side counts as gone. */
const patienceMillis = 120_000
/** How far back the hours with requests are read. */
const pastMillis = 28 * 86_400_000

/** Requests of both versions that metrics count. */
export function sidesOf({ groups }: MetricTable): Record<Side, number> {
  const own = groups.filter(({ role }) => role === 'server')
  return {
    candidate: Math.round(volume(own, 'candidate')),
    baseline: Math.round(volume(own, 'baseline')),
  }
}

type AloneLook = Required<
  Pick<PartLook, 'claims' | 'covers' | 'traffic' | 'withheld' | 'counted' | 'findings' | 'spots'>
>

/** What metrics add where they stand in for traces: proofs, what of the plan was lived through, and what keeps it at hold. */
export async function metricsAlone(
  table: MetricTable,
  judged: MetricJudgement,
  input: PartInput,
): Promise<AloneLook> {
  const { store, recorded, window, policy, now } = input
  const { release } = recorded
  const silent = silentSides(table, window.to)
  const gone = silent.find(({ side }) => side === 'baseline')
  const isProven = judged.claims.length > 0 && judged.claims.every(({ met }) => met)
  // once all is proven side by side, the old version may go
  const missing = silent.find(({ side }) => side === 'candidate' || !isProven)
  const past = await hoursCounted(store, release, window.from - pastMillis, window.from)
  const at = new Date(now).toISOString()
  return {
    claims: judged.claims,
    covers: { candidate: true, baseline: true },
    traffic: {
      ...sidesOf(table),
      window: {
        from: new Date(window.from).toISOString(),
        to: new Date(window.to).toISOString(),
      },
    },
    withheld:
      missing === undefined
        ? null
        : `the ${missing.side} ${missing.side === 'candidate' ? release.version : release.baselineVersion} has sent no metrics of requests for ${duration(missing.since / 1000)}`,
    counted: countedWatch(table, window, past, policy),
    findings:
      gone === undefined
        ? []
        : lookBack(table, release.service, window, window.to - gone.since, policy, at),
    spots: gone === undefined ? [] : [lookBackSpot(release.baselineVersion ?? '', gone.since)],
  }
}

interface SilentSide {
  side: Side
  /** ms without a point */
  since: number
}

/** Nothing is proven by the silence of a side that has sent metrics before. */
function silentSides({ lastSeen, intervalMillis }: MetricTable, to: number): SilentSide[] {
  const patience = Math.max(patienceMillis, 5 * intervalMillis)
  return (['candidate', 'baseline'] as const).flatMap((side) => {
    const last = lastSeen[side]
    const since = last === null ? Infinity : to - last
    return since > patience ? [{ side, since }] : []
  })
}

function lookBackSpot(version: string, since: number): BlindSpot {
  return {
    kind: 'search-limit',
    subject: 'metrics since the old version fell silent',
    title: `${version} has sent no metrics for ${duration(since / 1000)}: what begins now is compared with the time before that`,
    detail:
      'The latest part of the watch is held against the time in which both versions answered. How much moves by itself from hour to hour is not known, so that only failures and slow requests that double, and more than processes differ by, are found; they hold the release and do not roll it back.',
  }
}
