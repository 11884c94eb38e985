import { createHash } from 'node:crypto'
import type { ConfigFinding } from './config-finding.ts'

/** Twelve hexadecimal digits that name a finding over the life of a repository: lines may move, the file may not. */
export function findingId(
  finding: Pick<ConfigFinding, 'rule' | 'key' | 'component' | 'environments' | 'locations'>,
): string {
  const { rule, key = '', component = '', environments, locations } = finding
  const parts = [rule, key, component, environments.toSorted().join(), locations[0]?.file ?? '']
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}
