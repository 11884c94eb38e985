import type { ConfigFinding } from '../config-finding.ts'
import type { NotAnalysed } from '../config-report.ts'
import { findingId } from '../finding-id.ts'
import { createHash } from 'node:crypto'

/** What rules found, and what they could not look at; each thing once. */
export class CheckOutcome {
  readonly #findings = new Map<string, ConfigFinding>()
  readonly #notAnalysed = new Map<string, NotAnalysed>()

  find(finding: Omit<ConfigFinding, 'id'>): void {
    const id = findingId(finding)
    if (!this.#findings.has(id)) this.#findings.set(id, { id, ...finding })
  }

  /** `subject` tells two of a kind apart: rule, environment, component and key. */
  skip(subject: readonly string[], about: Omit<NotAnalysed, 'id'>): void {
    const parts = [about.kind, ...subject, about.location?.file ?? '']
    const id = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
    if (!this.#notAnalysed.has(id)) this.#notAnalysed.set(id, { id, ...about })
  }

  get findings(): ConfigFinding[] {
    return [...this.#findings.values()]
  }

  get notAnalysed(): NotAnalysed[] {
    return [...this.#notAnalysed.values()]
  }
}
