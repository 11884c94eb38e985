import type { BlindSpot, OpenLimit } from '../verdict.ts'
import type { Fault, FaultEffect } from './release-plan.ts'
import type { JudgedRelease } from './score-release.ts'
import { operationShare, operationsOf } from './shop.ts'

/**
 * The blind spot of a verdict that told of a miss: one about the cohort, the operation or the call at fault, or one that
 * says that so small a rise may go unnoticed. Null where none did.
 * @param ratio of the rates of bad requests with and without the fault, at its operation
 */
export function listedBlindSpot(
  fault: Fault,
  ratio: number,
  { blindSpots, comparison }: NonNullable<JudgedRelease['verdict']>,
): BlindSpot | null {
  const { service, operation, callee, cohort } = fault
  // these name every operation, so they count only with their numbers
  const isOpen = ({ limits = [] }: BlindSpot): boolean =>
    limits.some((limit) => isWithin(limit, fault, ratio))
  const shared = blindSpots.find(({ kind }) => kind === 'shared-change' || kind === 'common-mode')
  if (shared !== undefined && (fault.bothSides || fault.onset > 0)) {
    // only the time before can show it, above the margin that is told
    const { history = null } = comparison
    if (history === null || ratio <= history.margin || isOpen(shared)) return shared
  }
  const names = [
    ...Object.entries(cohort).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    operation,
    ...(callee === undefined ? [] : [callee]),
  ]
  const others = blindSpots.filter(({ limits }) => limits === undefined)
  const open = blindSpots.find(({ kind }) => kind === 'not-excluded')
  // what the old version has too is no rise against it
  if (open !== undefined && !fault.bothSides && isOpen(open)) return open
  return (
    others.find((spot) => names.some((name) => about(spot).includes(name))) ??
    blindSpots.find((spot) => isTooSmall(spot, service, ofService(fault, ratio))) ??
    null
  )
}

/** A rise of the fault's size, at its operation or over all requests of its service, is not excluded. */
function isWithin(
  { subject, kind, ratio: limit }: OpenLimit,
  fault: Fault,
  ratio: number,
): boolean {
  if (kind !== shownAs[fault.effect]) return false
  const size = subject === fault.operation ? ratio : ofService(fault, ratio)
  const isOwn = subject === fault.operation || subject === fault.service
  return isOwn && (limit === null || size <= limit)
}

/** How the released service itself shows it; what shows elsewhere is no matter of these limits. */
const shownAs: Partial<Record<FaultEffect, OpenLimit['kind']>> = {
  fails: 'failure-rate',
  swallows: 'silent-failure',
  slow: 'latency',
  leaks: 'latency',
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
