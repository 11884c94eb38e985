/** Incidents: what failed, and whether it still does. */
import type { Verdict } from '../verdict.ts'

/** What somebody says when an incident begins. */
export interface OpenIncident {
  service: string
  /** Left out: all of them. */
  environment?: string
  /** A filter over the service's requests: those that can show the failure (`docs/filters.md`). */
  match: string
  /** A filter over these: what a failure is; left out, `status = "error"`. */
  failing?: string
  /** ISO 8601; left out, an hour ago. */
  startedAt?: string
}

/** The failure as telemetry had it when the incident was opened. Counted in traces. */
export interface IncidentSignature {
  exposures: number
  failures: number
  /** failures / exposures */
  rate: number
  /** The rate was at least this (Clopper-Pearson, 95 %): what "still broken" is measured by. */
  rateAtLeast: number
  exposuresPerMinute: number
  /** Traces that show it. */
  exemplars: string[]
}

export interface Incident extends Required<Omit<OpenIncident, 'environment'>> {
  id: string
  /** null: all of them */
  environment: string | null
  openedAt: string
  signature: IncidentSignature
  /** When it was shown to be resolved; null until then. */
  resolvedAt: string | null
}

export type ResolutionState = 'resolved' | 'not-yet' | 'not-exercised'

/** Whether an incident is over, and how that is known. */
export interface Resolution {
  incident: Incident
  state: ResolutionState
  /** One sentence that a person can act on. */
  headline: string
  /** What is looked at: the requests of the fix, or all since the incident was opened. */
  since: string
  /** Version of the service that answered them; null: whichever. */
  version: string | null
  exposures: number
  failures: number
  evidence: {
    /** Against "it still fails at a third of its rate or more". */
    eValue: number
    /** 1/alpha: reached at any time by what is still broken with probability at most alpha. */
    bound: number
    /** The failure rate from which on it counts as still broken. */
    brokenRate: number
  }
  /** Matching requests without a failure that are still needed; 0 where it is resolved. */
  needs: number
  /** How the requests since then differ from those of the incident: nobody can say that they would have failed. */
  unlike: string[]
  /** The release that was to fix it, and what it newly broke; null where none was linked. */
  fix: {
    id: string
    version: string
    verdict: Verdict['verdict']
    headline: string
    findings: string[]
  } | null
}
