/** Keys that the code reads and nothing writes down: `undeclared-read`, `required-undeclared`. Pure. */
import type { ConfigFinding } from '../config-finding.ts'
import { findingId } from '../finding-id.ts'
import type { KeyRead } from '../key-read.ts'
import { givenReason } from './given-names.ts'
import type { ScanKey } from './scan-keys.ts'
import { templateMatcher } from './scan-keys.ts'

const mostNamed = 12

/**
 * Keys that run-time code reads, that no sample, schema, document or manifest names and that nobody else gives. A field of
 * a schema, a struct tag or an option of a command line is a declaration itself.
 */
export function undeclaredKeys(keys: readonly ScanKey[]): ScanKey[] {
  const written = new Set<string>()
  const patterns: ((key: string) => boolean)[] = []
  for (const { key, declarations, reads } of keys) {
    const inCode = reads.some(({ tier, phase }) => phase !== 'test' && isDeclaring(tier))
    if (declarations.length > 0 || inCode) written.add(key.toUpperCase())
    if (inCode && key.includes('*') && patterns.length < 1000) patterns.push(templateMatcher(key))
  }
  return keys.filter(({ key, reads }) => {
    if (key.includes('*') || givenReason(key) !== undefined) return false
    if (!reads.some(isRunRead)) return false
    const name = key.toUpperCase()
    if (written.has(name) || written.has(twinOf(name))) return false
    return !patterns.some((matches) => matches(key))
  })
}

/**
 * A read of the program itself: `${KEY}` in scripts and manifests names what its author sets beside it, and scripts of
 * developers are not deployed.
 */
export const isRunRead = ({ phase, tier, language, location }: KeyRead): boolean =>
  phase === 'run' &&
  tier !== 'reference' &&
  language !== 'shell' &&
  language !== 'dockerfile' &&
  !developerFolder.test(location.file)

const developerFolder = /(^|\/)(scripts?|hack|seeds?|seeders?|ci|\.[^/]+)\//

const isDeclaring = (tier: KeyRead['tier']): boolean => tier === 'schema' || tier === 'binding'

/** `KEY_FILE` names a file that holds the value of `KEY`: who declares one declares the other. */
export const twinOf = (key: string): string =>
  key.endsWith('_FILE') ? key.slice(0, -'_FILE'.length) : `${key}_FILE`

/** A finding for each key without a default, and one for each component's keys that have one. */
export function undeclaredFindings(undeclared: readonly ScanKey[]): ConfigFinding[] {
  const findings: ConfigFinding[] = []
  const optional = new Map<string, ScanKey[]>()
  for (const key of undeclared) {
    const reads = key.reads.filter(isRunRead)
    if (reads.every(({ default: fallback }) => fallback !== undefined)) {
      const others = optional.get(key.component)
      if (others === undefined) optional.set(key.component, [key])
      else others.push(key)
      continue
    }
    const rule = key.required ? 'required-undeclared' : 'undeclared-read'
    const body = {
      rule,
      key: key.key,
      component: key.component,
      environments: [],
      locations: reads.slice(0, 20).map(({ location }) => location),
    }
    findings.push({
      id: findingId(body),
      ...body,
      severity: key.required ? 'error' : 'warning',
      evidence: 'proved',
      message: key.required
        ? `The code refuses to go on without ${key.key}, and nothing tells whoever deploys it that it is needed.`
        : `The code reads ${key.key}, which has no default and which no sample, schema, document or manifest names.`,
      hint: `Add ${key.key} to the sample file or to the documents, or remove the read.`,
    })
  }
  for (const [component, keys] of optional) {
    const names = keys.map(({ key }) => key)
    const named = names.slice(0, mostNamed).join(', ')
    const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
    const body = {
      rule: 'undocumented-options',
      component,
      environments: [],
      locations: keys.slice(0, 20).map(({ reads }) => reads.find(isRunRead)!.location),
    }
    findings.push({
      // of the component alone: the first read may move to another file
      id: findingId({ ...body, locations: [] }),
      ...body,
      severity: 'note',
      evidence: 'proved',
      message: `${names.length === 1 ? 'One key with a default is' : `${names.length} keys with a default are`} written down nowhere: ${named}${more}.`,
      hint: 'Nobody can set what nobody knows of: add them to the sample file or to the documents.',
    })
  }
  return findings
}
