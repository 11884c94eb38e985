import type { Diagnosis } from './diagnosis.ts'
import type { Figures } from './figures.ts'

/** What `aftergreen doctor` says. */
export interface DoctorReport {
  /** Of Aftergreen. */
  version: string
  /** ISO 8601 */
  at: string
  /** Whether a running server was asked, or only its data folder looked at. */
  source: 'server' | 'folder'
  /** `wrong` when anything is, else `unknown` when something could not be looked at. */
  state: Diagnosis['state']
  findings: readonly Diagnosis[]
  /** Null where no server was asked. */
  figures: Figures | null
}

export function stateOf(findings: readonly Diagnosis[]): Diagnosis['state'] {
  const has = (wanted: Diagnosis['state']): boolean =>
    findings.some(({ state }) => state === wanted)
  return has('wrong') ? 'wrong' : has('unknown') ? 'unknown' : 'fine'
}
