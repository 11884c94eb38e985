import type { ConfigFinding } from '../../config-finding.ts'
import { findingId } from '../../finding-id.ts'
import type { Location } from '../../location.ts'

/** A finding of `config flags`, with its id; `rule` without `flag/`. */
export function flagFinding(
  fields: Omit<ConfigFinding, 'id' | 'evidence'> & {
    key: string
    evidence?: ConfigFinding['evidence']
  },
): ConfigFinding {
  const found = { evidence: 'proved' as const, ...fields, rule: `flag/${fields.rule}` }
  return { id: findingId(found), ...found }
}

export const firstOf = (locations: readonly Location[], most = 10): Location[] =>
  locations.slice(0, most)

/** `production and staging`. */
export function listText(names: readonly string[]): string {
  const all = [...new Set(names)]
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}
