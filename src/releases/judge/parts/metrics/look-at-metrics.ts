import type { Finding } from '../../../verdict.ts'
import { duration } from '../../numbers-in-words.ts'
import type { EvidencePart, PartInput, PartLook } from '../evidence-part.ts'
import { judgeMetrics } from './judge-metrics.ts'
import { loadMetrics } from './load-metrics.ts'
import { metricSpots } from './metric-spots.ts'
import { volume } from './metric-claims.ts'
import type { MetricTable, Side } from './metric-table.ts'
import { lookAtSaturation } from './saturation/look-at-saturation.ts'

/** Of this part's share of the error budget: counters and histograms, and what is left for saturation and slopes. */
const requestShare = 0.7

/** Metrics may be late by this, or by five of their intervals, before a side counts as gone. */
const patienceMillis = 120_000

/**
 * What the metrics of both versions show: requests that counters and histograms count, in place of traces where there are
 * none, and saturation and slopes.
 */
export const metricsPart: EvidencePart = {
  name: 'metrics',
  alphaShare: ({ metricsShare }) => metricsShare,
  look: lookAtMetrics,
}

async function lookAtMetrics(input: PartInput): Promise<PartLook | null> {
  const { store, recorded, window, policy, memory, now } = input
  const { release } = recorded
  if (release.baselineVersion === null || window.blocks === 0) return null
  const alpha = policy.alphaHarm * policy.metricsShare
  const table = await loadMetrics(store, release, window)
  const saturation = await lookAtSaturation(input, alpha * (1 - requestShare))
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
  return {
    ...look,
    findings: [...judged.findings, ...look.findings],
    isAlarmed: judged.isAlarmed || look.isAlarmed,
    explained: accountedFor(input.findings, judged.findings),
    ...(isAlone && {
      claims: judged.claims,
      covers: { candidate: true, baseline: true },
      traffic: {
        ...sides,
        window: {
          from: new Date(window.from).toISOString(),
          to: new Date(window.to).toISOString(),
        },
      },
      withheld: silentSide(table, input),
    }),
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
      ...look.spots,
    ],
    memory: judged.memory,
  }
}

/** The traces show requests of both versions, and are judged themselves. */
function hasBothSides({ table }: PartInput): boolean {
  return table.candidate.includes(1) && table.candidate.includes(0)
}

function sidesOf({ groups }: MetricTable): Record<Side, number> {
  const own = groups.filter(({ role }) => role === 'server')
  return {
    candidate: Math.round(volume(own, 'candidate')),
    baseline: Math.round(volume(own, 'baseline')),
  }
}

/** Nothing is proven by the silence of a side that has sent metrics before. */
function silentSide(
  { lastSeen, intervalMillis }: MetricTable,
  { recorded: { release }, window }: PartInput,
): string | null {
  const patience = Math.max(patienceMillis, 5 * intervalMillis)
  for (const side of ['candidate', 'baseline'] as const) {
    const since = window.to - (lastSeen[side] ?? window.from)
    const version = side === 'candidate' ? release.version : release.baselineVersion
    if (since > patience)
      return `the ${side} ${version} has sent no metrics of requests for ${duration(since / 1000)}`
  }
  return null
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
  if (finding.kind !== other.kind || other.cohort.some(({ attribute }) => attribute === 'call'))
    return false
  const [seen, counted] = [operationOf(finding), operationOf(other)]
  return seen === undefined || counted === undefined || seen === counted
}

function operationOf({ cohort }: Finding): unknown {
  const condition = cohort.find(({ attribute, op }) => attribute === 'operation' && op === '=')
  return condition?.op === '=' ? condition.value : undefined
}
