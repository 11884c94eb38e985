import type { LimitName } from './limits.ts'
import { limitNames } from './limits.ts'

/** What the guard has done since the start. Names only: never a value. */
export interface GuardHealth {
  /** Secrets taken out, by rule. */
  redacted: Readonly<Record<string, number>>
  /** For every limit that was hit: how often, and by what last. */
  limited: Readonly<Partial<Record<LimitName, LimitHealth>>>
  /** Distinct things seen in this hour and the last one. */
  distinct: { readonly keys: number; readonly services: number; readonly names: number }
}

export interface LimitHealth {
  count: number
  /** Key of the attribute, or name of the column, that was limited last. */
  last: string
  /** Service whose telemetry was limited last. */
  service: string
  /** When, in ms since 1970. */
  at: number
}

export class GuardCounts {
  readonly #redacted = new Map<string, number>()
  readonly #limited = new Map<LimitName, LimitHealth>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  redacted(rule: string): void {
    this.#redacted.set(rule, (this.#redacted.get(rule) ?? 0) + 1)
  }

  limited(limit: LimitName, last: string, service: string, count = 1): void {
    const before = this.#limited.get(limit)?.count ?? 0
    const health = { count: before + count, last: short(last), service: short(service) }
    this.#limited.set(limit, { ...health, at: this.#now() })
  }

  health(): Pick<GuardHealth, 'redacted' | 'limited'> {
    const limited: Partial<Record<LimitName, LimitHealth>> = {}
    for (const name of limitNames) {
      const health = this.#limited.get(name)
      if (health !== undefined) limited[name] = { ...health }
    }
    return { redacted: Object.fromEntries(this.#redacted), limited }
  }
}

const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)
