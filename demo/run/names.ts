export const baselineVersion = '1.9.0'
export const candidateVersion = '2.0.0'
export const environmentName = 'production'

/**
 * - `faulty`: the new version has two faults.
 * - `healthy`: it has none.
 * - `config`: it has none, and the configuration of all versions is changed with it, wrongly.
 * - `late`: it begins to fail a minute after it has got all traffic.
 * - `fix-breaks-other`: the old version has an incident; the new one ends it, and breaks something else.
 * - `canary-1pct`: the new version has a fault, and gets a hundredth of the sessions.
 */
export type Scenario = (typeof scenarios)[number]
export const scenarios = [
  'faulty',
  'healthy',
  'config',
  'late',
  'fix-breaks-other',
  'canary-1pct',
] as const

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
