import { findingId } from '../finding-id.ts'
import type { NotAnalysed } from '../config-report.ts'
import { configDigest, configKeyId } from './config-reporter.ts'
import type { ProcessConfigReport } from './config-reporter.ts'

export interface TrustedReports {
  /** The newest of each instance. */
  reports: ProcessConfigReport[]
  notAnalysed: NotAnalysed[]
  /** Reports of other environments. */
  elsewhere: number
  /** Reports that a newer one of the same instance replaces. */
  replaced: number
}

/** Those that speak of this environment, were made with this secret, and say what their digest says. */
export function trustedReports(
  reports: readonly ProcessConfigReport[],
  environment: string,
  secret: Uint8Array,
): TrustedReports {
  const keyId = configKeyId(secret)
  const newest = new Map<string, ProcessConfigReport>()
  const notAnalysed = new Map<string, NotAnalysed>()
  let elsewhere = 0
  let replaced = 0
  const refuse = (kind: string, component: string, reason: string): void => {
    const id = findingId({ rule: kind, component, environments: [environment], locations: [] })
    notAnalysed.set(id, { kind, id, reason })
  }
  for (const report of reports) {
    const { component, instance } = report
    if (report.environment !== environment) {
      elsewhere += 1
      continue
    }
    if (report.keyId !== keyId) {
      const reason = `${instance} of ${component} reports with another secret: nothing it says can be compared.`
      refuse('other-secret', component, reason)
      continue
    }
    if (configDigest(secret, Object.entries(report.keys)) !== report.digest) {
      const reason = `The report of ${instance} of ${component} does not say what its digest says: it was cut, or changed.`
      refuse('damaged-report', component, reason)
      continue
    }
    const name = `${component}\0${instance}`
    const other = newest.get(name)
    if (other !== undefined) replaced += 1
    if (other === undefined || report.loadedAt >= other.loadedAt) newest.set(name, report)
  }
  return {
    reports: [...newest.values()],
    notAnalysed: [...notAnalysed.values()],
    elsewhere,
    replaced,
  }
}
