/** Guards for what the API answers: enough to tell a verdict from an unrelated document, not a full schema. */
import type { SelfCheckRun } from '../../../src/releases/drill/self-check.ts'
import type { Incident, Resolution } from '../../../src/releases/incidents/incident.ts'
import type { ReleaseSummary, VerdictChange } from '../../../src/releases/release-service.ts'
import type { Evidence, Verdict } from '../../../src/releases/verdict.ts'
import type { Trace } from '../../../src/store/traces/trace.ts'

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isReleaseList(value: unknown): value is { releases: ReleaseSummary[] } {
  return isRecord(value) && isListOf(value['releases'], (row) => isRecord(row['release']))
}

export function isIncidentList(value: unknown): value is { incidents: Incident[] } {
  return isRecord(value) && isListOf(value['incidents'], (row) => isRecord(row['signature']))
}

export function isVerdict(value: unknown): value is Verdict {
  return (
    isRecord(value) &&
    isRecord(value['release']) &&
    isRecord(value['comparison']) &&
    isRecord(value['selfCheck']) &&
    typeof value['verdict'] === 'string' &&
    typeof value['headline'] === 'string' &&
    isListOf(value['findings'], (finding) => isRecord(finding['effect'])) &&
    isListOf(value['blindSpots'], () => true) &&
    isListOf(value['evidencePlan'], () => true)
  )
}

export function isEvidence(value: unknown): value is Evidence {
  return (
    isRecord(value) &&
    isRecord(value['dashboard']) &&
    isRecord(value['dashboard']['baseline']) &&
    isRecord(value['dashboard']['candidate']) &&
    isRecord(value['distributions']) &&
    isRecord(value['searched'])
  )
}

export function isHistory(value: unknown): value is { verdicts: VerdictChange[] } {
  return (
    isRecord(value) && isListOf(value['verdicts'], (entry) => typeof entry['verdict'] === 'string')
  )
}

export function isReleaseIncident(value: unknown): value is { resolution: Resolution | null } {
  if (!isRecord(value)) return false
  const { resolution } = value
  return (
    resolution === null ||
    (isRecord(resolution) &&
      isRecord(resolution['incident']) &&
      typeof resolution['state'] === 'string' &&
      Array.isArray(resolution['unlike']))
  )
}

export function isSelfChecks(value: unknown): value is { selfChecks: SelfCheckRun[] } {
  return (
    isRecord(value) &&
    isListOf(
      value['selfChecks'],
      ({ drills }) => isRecord(drills) && isListOf(drills['curve'], () => true),
    )
  )
}

export function isTrace(value: unknown): value is Trace {
  return (
    isRecord(value) &&
    typeof value['traceId'] === 'string' &&
    typeof value['startedAt'] === 'string' &&
    isListOf(value['spans'], (span) => isRecord(span['attributes'])) &&
    isListOf(value['logs'], (log) => isRecord(log['attributes'])) &&
    isListOf(value['exemplars'], () => true)
  )
}

function isListOf(value: unknown, test: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && test(item))
}
