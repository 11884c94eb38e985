import type { PartInput, PartLook } from '../../evidence-part.ts'
import { saturationFinding, saturationSpots } from './describe-saturation.ts'
import { judgeSaturation } from './judge-saturation.ts'
import type { GaugeTable } from './gauge-table.ts'

/** Gauges and up-down counters of both versions; null where the candidate sent none. */
export function lookAtSaturation(
  table: GaugeTable | null,
  { recorded: { release }, window, memory, now }: PartInput,
  alpha: number,
): Pick<PartLook, 'findings' | 'isAlarmed' | 'spots' | 'memory'> | null {
  if (
    table === null ||
    !table.measures.some(({ runs }) => runs.some(({ side }) => side === 'baseline'))
  )
    return null
  const judged = judgeSaturation(table, alpha, memory.claims ?? [], window)
  const evaluatedAt = new Date(now).toISOString()
  return {
    findings: judged.found.map((claim) => saturationFinding(claim, release, evaluatedAt)),
    isAlarmed: judged.found.some(({ isAlarm }) => isAlarm),
    spots: saturationSpots(judged, table),
    memory: { ...memory, claims: judged.weights },
  }
}
