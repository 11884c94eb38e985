import type { Finding } from '../../../verdict.ts'
import type { EvidencePart, PartInput, PartLook } from '../evidence-part.ts'
import { judgeMetrics } from './judge-metrics.ts'
import { loadMetrics } from './load-metrics.ts'
import { metricSpots } from './metric-spots.ts'
import { metricsAlone, sidesOf } from './metrics-alone.ts'
import type { MetricTable } from './metric-table.ts'
import type { GaugeTable } from './saturation/gauge-table.ts'
import { loadGauges } from './saturation/load-gauges.ts'
import { lookAtSaturation } from './saturation/look-at-saturation.ts'
import { withoutWarmUp } from './without-warm-up.ts'
import { isSamePlace } from '../../same-place.ts'

/** Of this part's share of the error budget: counters and histograms, and what is left for saturation and slopes. */
export const requestShare = 0.7

/**
 * What the metrics of both versions show: requests that counters and histograms count, in place of traces where there are
 * none, and saturation and slopes.
 */
export const metricsPart: EvidencePart = {
  name: 'metrics',
  alphaShare: ({ metricsShare }) => metricsShare,
  begin: (source) => {
    const { store, recorded, window, ahead } = source
    const { release } = recorded
    if (release.baselineVersion === null || window.blocks === 0) return () => Promise.resolve(null)
    const reading = ahead.start(async () => ({
      metrics: await loadMetrics(store, release, window),
      gauges: await loadGauges(store, release, window),
    }))
    return async (context) => await lookAtMetrics({ ...source, ...context }, await reading)
  },
}

/** What the store tells of the metrics; null where there are none. */
interface MetricsRead {
  metrics: MetricTable | null
  gauges: GaugeTable | null
}

async function lookAtMetrics(
  input: PartInput,
  { metrics, gauges }: MetricsRead,
): Promise<PartLook | null> {
  const { recorded, pace, policy, memory, now } = input
  const { release } = recorded
  const alpha = policy.alphaHarm * policy.metricsShare
  const table = metrics === null ? null : withoutWarmUp(metrics, pace.warmUpSeconds ?? 0)
  const saturation = lookAtSaturation(gauges, input, alpha * (1 - requestShare))
  if (table === null && saturation === null) return null
  const look: PartLook = {
    findings: [],
    isAlarmed: false,
    claims: [],
    withheld: null,
    spots: [],
    memory,
    ...saturation,
  }
  if (table === null) return look
  const harmAlpha = alpha * requestShare
  const evaluatedAt = new Date(now).toISOString()
  const judged = judgeMetrics(table, release.service, look.memory, policy, harmAlpha, evaluatedAt)
  const sides = sidesOf(table)
  const isAlone = !hasBothSides(input) && sides.candidate > 0 && sides.baseline > 0
  const alone = isAlone ? await metricsAlone(table, judged, input) : null
  const findings = [...judged.findings, ...(alone?.findings ?? [])]
  return {
    ...look,
    ...alone,
    findings: [...findings, ...look.findings],
    isAlarmed: judged.isAlarmed || look.isAlarmed,
    explained: accountedFor(input.findings, findings),
    spots: [
      ...metricSpots({
        release,
        table,
        judged,
        policy,
        alpha: harmAlpha,
        isAlone,
        candidateShare: recorded.candidateShare,
      }),
      ...(alone?.spots ?? []),
      ...look.spots,
    ],
    memory: judged.memory,
  }
}

/** The traces show requests of both versions, and are judged themselves. */
function hasBothSides({ table }: PartInput): boolean {
  return table.candidate.includes(1) && table.candidate.includes(0)
}

/** What traces show too is listed under what they show: the same kind in the same operation, or in all of them. */
function accountedFor(
  found: readonly Finding[],
  own: readonly Finding[],
): Map<string, readonly string[]> {
  const explained = new Set(found.flatMap(({ explains }) => explains))
  const standing = found.filter(({ id }) => !explained.has(id))
  const taken = new Set<string>()
  return new Map(
    standing.map((finding) => {
      const same = own.filter((other) => !taken.has(other.id) && isSame(finding, other))
      for (const { id } of same) taken.add(id)
      return [finding.id, same.map(({ id }) => id)]
    }),
  )
}

function isSame(finding: Finding, other: Finding): boolean {
  const isCall = other.cohort.some(({ attribute }) => attribute === 'call')
  return !isCall && isSamePlace(finding, other)
}
