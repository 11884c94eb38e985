/** Everything that the rules of the scan say about a repository's keys, as the report of a command. Pure. */
import { createHash } from 'node:crypto'
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import type { DynamicRead, Residual } from '../key-read.ts'
import { phaseOf } from '../repository/phase-of.ts'
import { defaultFindings } from './scan-defaults.ts'
import type { ScanKey } from './scan-keys.ts'
import { compareTexts } from './scan-keys.ts'
import { withoutAssignedTexts } from './sensitive-name.ts'
import { nearMisses } from './scan-near-miss.ts'
import { isRunRead, undeclaredFindings, undeclaredKeys } from './scan-undeclared.ts'
import { unreadFindings, unreadKeys } from './scan-unread.ts'

/** What the rules find in keys that `scanKeys` put together; ordered by rule, component and key. */
export function scanFindings(keys: readonly ScanKey[]): ConfigFinding[] {
  const undeclared = undeclaredKeys(keys)
  const unread = unreadKeys(keys)
  const near = nearMisses(undeclared, unread, keys)
  const left = ({ key }: ScanKey): boolean => !near.explained.has(key)
  const isWritten = keys.some(({ declarations }) => declarations.length > 0)
  return [
    ...(isWritten || undeclared.length < 3
      ? undeclaredFindings(undeclared.filter(left))
      : nothingWritten(undeclared)),
    ...unreadFindings(unread.filter(left)),
    ...near.findings,
    ...defaultFindings(keys.flatMap(({ reads }) => reads)),
  ].toSorted(
    (a, b) =>
      compareTexts(a.rule, b.rule) ||
      compareTexts(a.component ?? '', b.component ?? '') ||
      compareTexts(a.key ?? '', b.key ?? ''),
  )
}

/** A repository that writes no key down has one fault, not one a key. */
function nothingWritten(undeclared: readonly ScanKey[]): ConfigFinding[] {
  const names = undeclared.map(({ key }) => key)
  const locations = undeclared.slice(0, 20).map(({ reads }) => reads.find(isRunRead)!.location)
  return [
    {
      id: createHash('sha256').update('nothing-declared').digest('hex').slice(0, 12),
      rule: 'nothing-declared',
      severity: 'warning',
      evidence: 'proved',
      environments: [],
      locations,
      message: `The code reads ${names.length} keys, and no sample, schema, document or manifest names one of them: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}.`,
      hint: 'Write a sample (`.env.example`) with a line for each key.',
    },
  ]
}

/**
 * What the scanner could not see. What tests do with the environment says nothing about the running program and is left
 * out; a script's own indirect names (`${!name}`) count like every other read.
 */
export function notAnalysedOf(residual: Residual): NotAnalysed[] {
  const ids = new Map<string, number>()
  const idOf = (kind: string, file: string, text: string): string => {
    const name = `${kind}\0${file}\0${text}`
    const count = (ids.get(name) ?? 0) + 1
    ids.set(name, count)
    // the second of two equal expressions in a file is another one
    return createHash('sha256').update(`${name}\0${count}`).digest('hex').slice(0, 12)
  }
  const read =
    (kind: string, say: (text: string) => string) =>
    ({ location, text }: DynamicRead): NotAnalysed => ({
      kind,
      id: idOf(kind, location.file, text),
      location,
      reason: say(withoutAssignedTexts(text).replaceAll(/\s+/g, ' ').trim()),
    })
  const seen = new Set<string>()
  const matters = ({ location, text }: DynamicRead): boolean => {
    const place = `${location.file}\0${location.line}\0${text}`
    if (phaseOf(location.file) === 'test' || seen.has(place)) return false
    seen.add(place)
    return true
  }
  return [
    ...residual.dynamic
      .filter(matters)
      .map(read('dynamic-key', (text) => `Which key is read here depends on what runs: ${text}`)),
    ...residual.wholeObject
      .filter(matters)
      .map(read('whole-object', (text) => `The whole environment is handed on here: ${text}`)),
    ...residual.unparsed.map(({ location, reason }) => ({
      kind: 'unparsed-file',
      id: idOf('unparsed-file', location.file, reason),
      location,
      reason,
    })),
  ]
}

/** The report of `config scan`. `lookedAt` in words with numbers. */
export function scanReport(
  keys: readonly ScanKey[],
  residual: Residual,
  lookedAt: readonly string[],
  /** The keys of the whole repository, where `keys` are those of one component. */
  { everything = keys }: { everything?: readonly ScanKey[] } = {},
): ConfigReport {
  const components = new Set(keys.map(({ component }) => component))
  const isWhole = everything.length === keys.length
  const findings = scanFindings(everything).filter(
    ({ component }) => isWhole || (component !== undefined && components.has(component)),
  )
  const notAnalysed = notAnalysedOf(residual)
  const names = new Set(
    keys.filter(({ reads }) => reads.some(({ phase }) => phase !== 'test')).map(({ key }) => key),
  )
  return {
    command: 'config scan',
    headline: headlineOf(names.size, findings, notAnalysed.length),
    findings,
    accepted: [],
    notAnalysed,
    lookedAt,
  }
}

function headlineOf(keys: number, findings: readonly ConfigFinding[], unseen: number): string {
  const reads = `The code reads ${keys} ${keys === 1 ? 'key' : 'keys'}`
  const places = `${unseen} ${unseen === 1 ? 'place' : 'places'} could not be analysed`
  const tail = unseen > 0 ? `; ${places}.` : '.'
  if (findings.length === 0) return `${reads}; nothing looks wrong in what could be seen${tail}`
  const of = (...rules: string[]): number =>
    findings.filter(({ rule }) => rules.includes(rule)).length
  const told = [
    [of('required-undeclared'), 'needed but written down nowhere'],
    [of('undeclared-read'), 'read but written down nowhere'],
    [of('declared-unread'), 'written down but not read'],
    [of('near-miss'), 'almost named like another'],
    [of('conflicting-types', 'conflicting-defaults', 'empty-differs'), 'with two meanings'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, text]) => `${String(count)} ${String(text)}`)
  return told.length === 0
    ? `${reads}; see the notes${tail}`
    : `${reads}: ${told.join(', ')}${tail}`
}
