/** A release: one version of one service reaching one environment. */
export interface Release {
  id: string
  service: string
  /** `deployment.environment.name`; empty where the telemetry carries none. */
  environment: string
  version: string
  /** null where none is known (yet). */
  baselineVersion: string | null
  strategy: ReleaseStrategy
  reason: ReleaseReason
  /** ISO 8601 */
  startedAt: string
  links: { title: string; url: string }[]
}

export const releaseStrategies = ['all-at-once', 'canary', 'blue-green'] as const
export type ReleaseStrategy = (typeof releaseStrategies)[number]

export const releaseReasons = ['feature', 'fix', 'incident-fix', 'config', 'rollback'] as const
export type ReleaseReason = (typeof releaseReasons)[number]
