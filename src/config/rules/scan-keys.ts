/** The reads and declarations of a repository, key by key: what the rules of the scan look at. Pure. */
import type { Declaration } from '../declarations/declaration.ts'
import type { DefaultValue, KeyRead, Phase, ValueType } from '../key-read.ts'
import { readerReason } from './given-names.ts'

/**
 * Why nothing in the sources reads a declared key:
 *
 * - `read-by-template`: code reads every key of a form that this one has (`DB_*_URL`);
 * - `read-by-framework`: a framework, library or tool reads it under its own name;
 * - `read-by-other-image`: a manifest hands it to a container;
 * - `read-in-build`: only builds, deployments and CI name it;
 * - `read-in-tests`: tests read it, and nothing else does;
 * - `whole-object`: nothing names it, but the component hands its whole environment on;
 * - `nobody`.
 */
export type UnreadReason =
  | 'read-by-template'
  | 'read-by-framework'
  | 'read-by-other-image'
  | 'read-in-build'
  | 'read-in-tests'
  | 'whole-object'
  | 'nobody'

export interface ScanKey {
  key: string
  component: string
  phase: Phase
  type: ValueType | null
  /** At least one read refuses to go on without it, and none has a default. */
  required: boolean
  defaults: DefaultValue[]
  reads: KeyRead[]
  /** In the whole repository: a sample at the root declares for every component. */
  declarations: Declaration[]
  /** Of a declared key that nothing reads where it runs. */
  unread?: UnreadReason
}

export interface ScanFacts {
  reads: readonly KeyRead[]
  declarations: readonly Declaration[]
  /** Components that hand their whole environment to something that is not understood, outside of tests. */
  opaqueComponents: ReadonlySet<string>
  componentOf: (file: string) => string
}

/** Declarations that promise an effect to whoever sets the key; the others only mention it, or set it for somebody. */
export const isPromise = ({ kind }: Declaration): boolean => kind === 'sample' || kind === 'schema'

const phaseOrder: readonly Phase[] = ['run', 'deploy', 'build', 'test']

/** Ordered by component and key. A key that is read nowhere has the component of its first declaration. */
export function scanKeys(given: ScanFacts): ScanKey[] {
  const facts = { ...given, reads: inDeclaredCase(given.reads, given.declarations) }
  const declared = Map.groupBy(facts.declarations, ({ key }) => key)
  const readKeys = new Set<string>()
  const templates = new Set<string>()
  for (const { key, template, phase } of facts.reads) {
    if (!template) readKeys.add(key)
    else if (phase !== 'test') templates.add(key)
  }
  const matchers = [...templates].slice(0, 5000).map(templateMatcher)
  const keys: ScanKey[] = []
  const groups = Map.groupBy(facts.reads, ({ component, key }) => `${component}\0${key}`)
  const testOnly = new Set<string>()
  for (const [key, reads] of Map.groupBy(facts.reads, ({ key }) => key)) {
    if (reads.every(({ phase }) => phase === 'test')) testOnly.add(key)
  }
  for (const reads of groups.values()) {
    const { key, component } = reads[0]!
    const declarations = declared.get(key) ?? []
    const looked = reads.filter(({ phase }) => phase !== 'test')
    keys.push({
      key,
      component,
      phase: phaseOrder.find((phase) => reads.some((read) => read.phase === phase)) ?? 'run',
      type:
        reads.find(({ type }) => type !== undefined && type !== 'string')?.type ??
        reads.find(({ type }) => type !== undefined)?.type ??
        null,
      required:
        looked.some(({ required }) => required === true) &&
        looked.every(({ default: fallback }) => fallback === undefined),
      defaults: distinctDefaults(looked),
      reads,
      declarations,
      ...(testOnly.has(key) && declarations.some(isPromise)
        ? { unread: unreadReason(key, declarations, 'read-in-tests') }
        : {}),
    })
  }
  for (const [key, declarations] of declared) {
    if (readKeys.has(key)) continue
    const component = facts.componentOf(declarations[0]!.location.file)
    const opaque = declarations.some(({ location }) =>
      facts.opaqueComponents.has(facts.componentOf(location.file)),
    )
    keys.push({
      key,
      component,
      phase: 'run',
      type: declarations.find(({ type }) => type !== undefined)?.type ?? null,
      required: false,
      defaults: [],
      reads: [],
      declarations,
      unread: unreadReason(key, declarations, opaque ? 'whole-object' : 'nobody', matchers),
    })
  }
  return keys.toSorted(
    (a, b) => compareTexts(a.component, b.component) || compareTexts(a.key, b.key),
  )
}

/** Reads that do not regard case get the spelling that is declared, where only that one is; else the first one read. */
function inDeclaredCase(
  reads: readonly KeyRead[],
  declarations: readonly Declaration[],
): readonly KeyRead[] {
  if (!reads.some(({ anyCase }) => anyCase)) return reads
  const spellings = new Map<string, string>()
  for (const { key } of declarations) {
    if (!spellings.has(key.toLowerCase())) spellings.set(key.toLowerCase(), key)
  }
  const declared = new Set(declarations.map(({ key }) => key))
  return reads.map((read) => {
    if (read.anyCase !== true || declared.has(read.key)) return read
    const known = spellings.get(read.key.toLowerCase())
    if (known === undefined) spellings.set(read.key.toLowerCase(), read.key)
    return known === undefined ? read : { ...read, key: known }
  })
}

function unreadReason(
  key: string,
  declarations: readonly Declaration[],
  otherwise: UnreadReason,
  matchers: readonly ((key: string) => boolean)[] = [],
): UnreadReason {
  if (matchers.some((matches) => matches(key))) return 'read-by-template'
  if (readerReason(key) !== undefined) return 'read-by-framework'
  const kinds = new Set(declarations.map(({ kind }) => kind))
  if (kinds.has('compose') || kinds.has('kubernetes') || kinds.has('helm')) {
    return 'read-by-other-image'
  }
  if (otherwise === 'nobody' && (kinds.has('ci') || kinds.has('image') || kinds.has('platform'))) {
    return 'read-in-build'
  }
  return otherwise
}

/** Case does not count on one side: settings classes read `db_url` as `DB_URL`. Linear in the length of the key. */
export function templateMatcher(template: string): (key: string) => boolean {
  const parts = template.split('*')
  const first = parts[0]!
  const last = parts.at(-1)!
  return (key) => {
    if (key.length < template.length || !key.startsWith(first) || !key.endsWith(last)) return false
    let at = first.length
    const end = key.length - last.length
    for (const part of parts.slice(1, -1)) {
      const found = key.indexOf(part, at + 1)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return end > at
  }
}

function distinctDefaults(reads: readonly KeyRead[]): DefaultValue[] {
  const found = new Map<string, DefaultValue>()
  for (const { default: fallback } of reads) {
    if (fallback !== undefined) found.set(JSON.stringify(fallback), fallback)
  }
  return [...found.values()].slice(0, 50)
}

export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
