/** What every `config` command answers, whatever it looked at; the writers in `report/` print it. */
import type { ConfigFinding } from './config-finding.ts'
import type { Location } from './location.ts'

export interface ConfigReport {
  /** `config scan`. */
  command: string
  /** One sentence a person can act on. */
  headline: string
  findings: readonly ConfigFinding[]
  /** Findings that the baseline file accepts; they are told, but do not fail. */
  accepted: readonly ConfigFinding[]
  /** What could not be analysed: where this is not empty the answer is not complete, and the exit code never 0. */
  notAnalysed: readonly NotAnalysed[]
  /** What was looked at, in words with numbers: `412 files in 3 components`. */
  lookedAt: readonly string[]
}

export interface NotAnalysed {
  /** `dynamic-key`, `whole-object`, `unparsed-file`, `unknown-value`, ... */
  kind: string
  /** Stable, so that a baseline file can accept it. */
  id: string
  location?: Location
  /** One sentence. */
  reason: string
}

/** 0 clean, 1 findings, 2 not fully analysed. */
export function exitCodeOf(report: ConfigReport): 0 | 1 | 2 {
  if (report.findings.length > 0) return 1
  return report.notAnalysed.length > 0 ? 2 : 0
}
