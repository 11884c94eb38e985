export const baselineVersion = '1.9.0'
export const candidateVersion = '2.0.0'
export const environmentName = 'production'

/**
 * `faulty`: the new version has two faults. `healthy`: it has none. `config`: it has none, and the configuration of all
 * versions is changed with it, wrongly.
 */
export type Scenario = 'faulty' | 'healthy' | 'config'
export const scenarios = ['faulty', 'healthy', 'config'] as const satisfies readonly Scenario[]

/** The folder of the new version of checkout. */
export const newBuild = (scenario: Scenario): 'healthy' | 'v2' =>
  scenario === 'faulty' ? 'v2' : 'healthy'
