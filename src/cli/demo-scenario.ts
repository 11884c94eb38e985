/**
 * What happens in the demo, which itself is loaded only when it runs.
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
