import { normalTail } from '../../stats/normal-tail.ts'
import type { VerdictKind } from '../verdict.ts'
import type { PlannedRelease, ReleasePlan } from './release-plan.ts'
import type { JudgedRelease } from './score-release.ts'
import { simulateTraffic } from './simulate-traffic.ts'

const level = 0.05
const minute = 60_000

/**
 * What a bad judge says: it compares the failure rates of both sides by a z-test at every look, at the 5 % level each time.
 * For a drill of the drill: a judge like this must be noticed.
 */
export function peekingReplay(plan: ReleasePlan, release: PlannedRelease): JudgedRelease {
  const { service, version, start } = release
  const counts = { candidate: [0, 0], baseline: [0, 0] } as Record<string, [number, number]>
  let caught: JudgedRelease['caught'] = null
  let looks = 0
  for (const { at, spans } of simulateTraffic(plan)) {
    if (at < start) continue
    looks += 1
    for (const { origin, kind, failed } of spans) {
      if (origin.service !== service || kind !== 'server') continue
      const side = counts[origin.version === version ? 'candidate' : 'baseline']!
      side[0] += 1
      side[1] += failed ? 1 : 0
    }
    if (caught === null && isWorse(counts['candidate']!, counts['baseline']!)) {
      const when = at + minute
      const secondsAfterStart = (when - start) / 1000
      caught = {
        at: new Date(when).toISOString(),
        secondsAfterStart,
        headline: 'Fails more often.',
      }
    }
  }
  const kind: VerdictKind = caught === null ? 'hold' : 'rollback'
  const headline = caught?.headline ?? 'Not significant.'
  return {
    looks,
    complete: true,
    caught,
    timeline: [],
    verdict: { verdict: kind, headline, findings: [], blindSpots: [], comparison: {} },
  }
}

/** One-sided z-test of two shares. */
function isWorse(
  [candidates, candidateBad]: [number, number],
  [baselines, baselineBad]: [number, number],
): boolean {
  if (candidates === 0 || baselines === 0) return false
  const pooled = (candidateBad + baselineBad) / (candidates + baselines)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / candidates + 1 / baselines))
  if (deviation === 0) return false
  const rise = candidateBad / candidates - baselineBad / baselines
  return normalTail(rise / deviation) < level
}
