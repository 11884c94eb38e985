/** Which old values are worth a look: pure. Old alone is not wrong (config.md §7.7). */
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigContract } from '../contract/config-contract.ts'
import { findingId } from '../finding-id.ts'
import type { Location } from '../location.ts'
import { environmentKind } from '../repository/environment-kind.ts'
import type { KeyAge, Moment } from './key-age.ts'

export interface AgeRules {
  /** Values that did not change since that day are old: `2024-11-23`. */
  olderThan: string
  /** `2026-11-23`. */
  today: string
  contract?: ConfigContract | undefined
  /** By key: the highest level that a run reached (config.md §7.4), 0 to 5; left out = no such file was given. */
  coverage?: ReadonlyMap<string, number> | undefined
}

interface Reason {
  rule: 'age/expired' | 'age/reader-rewritten' | 'age/unproved'
  text: string
  location?: Location | undefined
  hint: string
}

/** One finding a key at most, named by its weightiest reason. */
export function ageFindings(ages: readonly KeyAge[], rules: AgeRules): ConfigFinding[] {
  return ages.flatMap((age) => {
    const { valueChanged, key, places } = age
    if (valueChanged === null || valueChanged.date >= rules.olderThan) return []
    // what nothing reads is told by the scan
    if (age.readers.every(({ test }) => test)) return []
    const reasons = [expired(age, rules), rewritten(age), unproved(age, rules)].filter(
      (reason) => reason !== undefined,
    )
    const [main] = reasons
    if (main === undefined) return []
    const where = places.toSorted((a, b) => (a.valueChanged.date < b.valueChanged.date ? 1 : -1))[0]
    const reader = age.readers.find(({ test }) => !test)!
    const code = { file: reader.file, line: reader.line }
    const locations = [main.location ?? code]
    const environments = [
      ...new Set(places.flatMap(({ environment }) => (environment === null ? [] : [environment]))),
    ].toSorted()
    const finding: Omit<ConfigFinding, 'id'> = {
      rule: main.rule,
      severity: main.rule === 'age/unproved' ? 'note' : 'warning',
      evidence:
        rules.coverage !== undefined && main.rule === 'age/unproved' ? 'observed' : 'proved',
      key,
      environments,
      locations,
      message: `The value of ${key}${where === undefined ? '' : ` (${where.file})`} has not changed since ${dayOf(valueChanged)}, and ${reasons.map(({ text }) => text).join('; ')}.`,
      hint: main.hint,
    }
    return [{ ...finding, id: findingId(finding) }]
  })
}

const dayOf = ({ date, atOrBefore }: Moment): string => (atOrBefore ? `${date} or before` : date)

function expired({ key }: KeyAge, { contract, today }: AgeRules): Reason | undefined {
  const { expires, reviewBy } = contract?.keys?.[key] ?? {}
  const said =
    expires !== undefined && expires < today
      ? `it expired on ${expires}`
      : reviewBy !== undefined && reviewBy < today
        ? `it was to be reviewed by ${reviewBy}`
        : undefined
  if (said === undefined) return undefined
  return {
    rule: 'age/expired',
    text: said,
    hint: 'Replace the value or confirm it, and set the next day in the contract.',
  }
}

/** The code changed its mind about the key after the value was last thought of. */
function rewritten({ readers, valueChanged }: KeyAge): Reason | undefined {
  const found = readers
    .filter(({ test, rewritten: at }) => !test && at !== null && at.date > valueChanged!.date)
    .toSorted((a, b) => (a.rewritten!.date < b.rewritten!.date ? 1 : -1))[0]
  if (found === undefined) return undefined
  return {
    rule: 'age/reader-rewritten',
    text: `the code that reads it was rewritten on ${found.rewritten!.date} (${found.file}:${found.line})`,
    location: { file: found.file, line: found.line },
    hint: 'Check that the value still means to this code what it meant to the one before.',
  }
}

/**
 * Without a file of levels only what an environment sets is told: a sample that no test reads is the rule, not a finding.
 */
function unproved({ key, readers, places }: KeyAge, { coverage }: AgeRules): Reason | undefined {
  const hint = 'Let a test read it with the value that production has, or change it on purpose.'
  if (coverage !== undefined) {
    const level = coverage.get(key) ?? 0
    if (level >= 3) return undefined
    return { rule: 'age/unproved', text: `no test run read it (level C${level})`, hint }
  }
  const bound = places.some(
    ({ environment }) => environment !== null && environmentKind(environment) !== 'test',
  )
  if (!bound || readers.some(({ test }) => test)) return undefined
  return { rule: 'age/unproved', text: 'no test reads it', hint }
}
