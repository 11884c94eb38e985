import type { ReleaseReason } from '../../release.ts'
import { defaultPolicy, type Policy } from '../policy.ts'

/** What may be set for one release, in place of what its reason asks for. */
export type PolicySettings = Partial<
  Pick<
    Policy,
    | 'soakHours'
    | 'alphaSafe'
    | 'safeFailureRatio'
    | 'safeFailureDifference'
    | 'safeOperationRatio'
    | 'safeOperationDifference'
    | 'safeLatencyOdds'
  >
>

/** What may be set, and between which numbers. */
export const policyLimits: Readonly<Record<keyof PolicySettings, readonly [number, number]>> = {
  soakHours: [1 / 3600, 24 * 28],
  alphaSafe: [0.0001, 0.2],
  safeFailureRatio: [1.1, 10],
  safeFailureDifference: [0.0001, 0.1],
  safeOperationRatio: [1.1, 10],
  safeOperationDifference: [0.0001, 0.2],
  safeLatencyOdds: [1.1, 10],
}

/**
 * What is made under pressure, and what reaches every instance at once, needs more proof: twice the evidence (the
 * logarithm of 1/alpha is doubled), tighter margins, and twice the soak. The evidence of harm keeps its margins: they say
 * below which difference nobody would act, and that does not depend on the reason.
 */
const stricter: Required<PolicySettings> = {
  soakHours: 2 * defaultPolicy.soakHours,
  alphaSafe: defaultPolicy.alphaSafe ** 2,
  safeFailureRatio: 1.5,
  safeFailureDifference: 0.0025,
  safeOperationRatio: 2,
  safeOperationDifference: 0.01,
  safeLatencyOdds: 1.5,
}

const strictReasons: ReadonlySet<ReleaseReason> = new Set<ReleaseReason>(['incident-fix', 'config'])

/** The numbers behind the verdicts on a release: those of its reason, and what was set for it. */
export function policyFor(reason: ReleaseReason, settings: PolicySettings = {}): Policy {
  return { ...defaultPolicy, ...(strictReasons.has(reason) && stricter), ...settings }
}
