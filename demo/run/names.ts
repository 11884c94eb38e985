import type { Scenario } from '../../src/cli/demo-scenario.ts'

export const baselineVersion = '1.9.0'
export const candidateVersion = '2.0.0'
export const environmentName = 'production'

/** A folder of checkout. */
export type BuildName = 'v1' | 'v2' | 'healthy' | 'late' | 'fix' | 'outage'

const builds: Record<Scenario, BuildName> = {
  faulty: 'v2',
  healthy: 'healthy',
  config: 'healthy',
  late: 'late',
  'fix-breaks-other': 'fix',
  'canary-1pct': 'fix',
}

/** The folder of the new version of checkout. */
export const newBuild = (scenario: Scenario): BuildName => builds[scenario]

/** The folder of the old one. */
export const oldBuild = (scenario: Scenario): BuildName =>
  scenario === 'fix-breaks-other' ? 'outage' : 'v1'
