import type { BlindSpot } from '../verdict.ts'
import type { Fault } from './release-plan.ts'
import type { JudgedRelease } from './score-release.ts'
import { operationShare, operationsOf } from './shop.ts'

/**
 * The blind spot of a verdict that told of a miss: one about the cohort, the operation or the call at fault, or one that
 * says that so small a rise would go unnoticed. Null where none did.
 * @param ratio of the rates of bad requests with and without the fault, at its operation
 */
export function listedBlindSpot(
  fault: Fault,
  ratio: number,
  { blindSpots, comparison }: NonNullable<JudgedRelease['verdict']>,
): BlindSpot | null {
  const { service, operation, callee, cohort } = fault
  const shared = blindSpots.find(({ kind }) => kind === 'shared-change' || kind === 'common-mode')
  if (shared !== undefined && (fault.bothSides || fault.onset > 0)) {
    // only the time before can show it, above the margin that is told
    const { history = null } = comparison
    if (history === null || ratio <= history.margin) return shared
  }
  const names = [
    ...Object.entries(cohort).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    operation,
    ...(callee === undefined ? [] : [callee]),
  ]
  return (
    blindSpots.find((spot) => names.some((name) => about(spot).includes(name))) ??
    blindSpots.find((spot) => isTooSmall(spot, service, ofService(fault, ratio))) ??
    null
  )
}

const about = ({ subject = '', title, detail }: BlindSpot): string =>
  `${subject} ${title} ${detail}`

/** The ratio over all requests of the service: other operations fail as they did, and dilute it. */
function ofService({ service, operation }: Fault, ratio: number): number {
  const all = operationsOf(service).reduce((sum, each) => sum + operationShare(service, each), 0)
  return 1 + ((ratio - 1) * operationShare(service, operation)) / all
}

function isTooSmall(
  { kind, subject, title, minimumDetectableEffect: least }: BlindSpot,
  service: string,
  ratio: number,
): boolean {
  if (kind !== 'low-traffic' || (subject !== service && !title.includes(service))) return false
  return least === undefined || ratio < least
}
