import { environmentWords } from '../diff/environment-words.ts'
import { pairComponents } from '../diff/pair-components.ts'
import { driftVerdicts } from './config-drift.ts'
import type {
  ConfigDrift,
  DeclaredComponent,
  DeclaredKey,
  Disagreement,
  DriftVerdict,
  KeyVerdict,
  OlderPrint,
  OlderPrints,
} from './config-drift.ts'
import type { ProcessConfigReport, ReportedKey } from './config-reporter.ts'

export interface DriftInput {
  environment: string
  declared: readonly DeclaredComponent[]
  /** Of this environment, made with the same secret, one an instance (`trustedReports`). */
  reports: readonly ProcessConfigReport[]
  older: OlderPrints
}

interface Judged {
  verdict: DriftVerdict
  older?: OlderPrint
}

/** Holds every reported key of every instance against what is declared: pure, the same input gives the same answer. */
export function classifyDrift({ environment, declared, reports, older }: DriftInput): ConfigDrift {
  const drift: ConfigDrift = {
    environment,
    instances: [],
    verdicts: [],
    disagreements: [],
    counts: noCounts(),
    silent: [],
    strangers: [],
  }
  const shared = declared.find(({ component }) => component === '')?.keys ?? new Map()
  const byComponent = new Map(declared.map(({ component, keys }) => [component, keys]))
  const named = declared.map(({ component }) => component).filter((it) => it !== '')
  const before = notInForce(older, declared)
  const groups = Map.groupBy(reports, ({ component }) => component)
  const { forward, silent } = componentsOf(named, [...groups.keys()], environment)
  const backward = new Map([...forward].map(([ours, theirs]) => [theirs, ours]))
  drift.silent = named.length === 0 && reports.length === 0 && shared.size > 0 ? [''] : silent
  for (const [component, instances] of [...groups].toSorted(byName)) {
    const ours = backward.get(component)
    if (ours === undefined && named.length > 0) drift.strangers.push(component)
    const keys = (ours === undefined ? undefined : byComponent.get(ours)) ?? shared
    judgeComponent(component, instances, keys, before, drift)
  }
  drift.verdicts.sort(
    (a, b) => rank(a) - rank(b) || byText(a.component, b.component) || byText(a.key, b.key),
  )
  return drift
}

/** What another component is given today is not what this one was given before. */
function notInForce(older: OlderPrints, declared: readonly DeclaredComponent[]): OlderPrints {
  return new Map(
    [...older].map(([key, prints]) => {
      const today = new Set(declared.map(({ keys }) => keys.get(key)?.fingerprint))
      return [key, prints.filter(({ fingerprint }) => !today.has(fingerprint ?? ''))]
    }),
  )
}

/** Which declared component a process means by its name; those that none means are silent. */
function componentsOf(
  declared: readonly string[],
  reported: readonly string[],
  environment: string,
): { forward: ReadonlyMap<string, string>; silent: string[] } {
  const words = environmentWords(environment)
  // among several, the two that are left over are not the same: a name of its own on each side stands between them
  const several = declared.length > 1 || reported.length > 1
  const [ours, theirs] = several ? ['\0declared', '\0reported'] : []
  const { forward, onlyFirst } = pairComponents(
    [...declared, ...(ours === undefined ? [] : [ours])],
    [...reported, ...(theirs === undefined ? [] : [theirs])],
    [words, words],
  )
  const pairs = [...forward].filter(([one, other]) => one !== ours && other !== theirs)
  return { forward: new Map(pairs), silent: onlyFirst.filter((it) => it !== ours) }
}

function judgeComponent(
  component: string,
  reports: readonly ProcessConfigReport[],
  declared: ReadonlyMap<string, DeclaredKey>,
  older: OlderPrints,
  drift: ConfigDrift,
): void {
  const rows = new Map<string, KeyVerdict>()
  const held = new Map<string, Map<string, Disagreement['groups'][number]>>()
  const sorted = reports.toSorted((a, b) => byText(a.instance, b.instance))
  for (const report of sorted) {
    const { instance, release, loadedAt, digest, contractDigest, unknownKeys } = report
    const unknown = new Set(unknownKeys)
    const counts = noCounts()
    const add = (key: string, { verdict, older: before }: Judged, reported?: ReportedKey): void => {
      counts[verdict] += 1
      drift.counts[verdict] += 1
      if (verdict === 'matches') return
      const id = [verdict, key, reported?.source, reported?.state, before?.where].join('\0')
      const row = rows.get(id) ?? {
        key,
        component,
        verdict,
        ...(reported === undefined ? {} : { source: reported.source, state: reported.state }),
        instances: [],
        of: sorted.length,
        ...placeOf(declared.get(key)),
        ...(before === undefined ? {} : { older: before }),
      }
      row.instances.push(instance)
      rows.set(id, row)
    }
    for (const [key, reported] of Object.entries(report.keys)) {
      const judged = judgeKey(reported, declared.get(key), older.get(key) ?? [], loadedAt)
      add(key, judged, reported)
      const prints = held.get(key) ?? new Map<string, Disagreement['groups'][number]>()
      held.set(key, prints)
      const { fingerprint, source } = reported
      const group = prints.get(fingerprint) ?? {
        fingerprint,
        source,
        verdict: judged.verdict,
        instances: [],
        releases: [],
      }
      group.instances.push(instance)
      if (release !== null && !group.releases.includes(release)) group.releases.push(release)
      prints.set(fingerprint, group)
    }
    for (const key of declared.keys()) {
      const known = Object.hasOwn(report.keys, key) || unknown.has(key)
      if (!known && declared.get(key)?.state !== 'unset') add(key, { verdict: 'not-reported' })
    }
    for (const key of unknown) {
      if (!Object.hasOwn(report.keys, key)) add(key, { verdict: 'undeclared-key' })
    }
    const facts = { component, instance, release, loadedAt, digest, contractDigest, counts }
    drift.instances.push(facts)
  }
  for (const row of rows.values()) drift.verdicts.push(row)
  for (const [key, prints] of [...held].toSorted(byName)) {
    if (prints.size < 2) continue
    const groups = [...prints.values()].toSorted((a, b) => b.instances.length - a.instances.length)
    drift.disagreements.push({ key, component, groups, ...placeOf(declared.get(key)) })
  }
}

function judgeKey(
  { state, source, fingerprint }: ReportedKey,
  declared: DeclaredKey | undefined,
  older: readonly OlderPrint[],
  loadedAt: string,
): Judged {
  const nothing = state === 'unset' || source === 'default'
  const before = older.find((it) => it.fingerprint === fingerprint)
  const stale: Judged | undefined =
    before === undefined || nothing ? undefined : { verdict: 'stale', older: before }
  if (declared === undefined || declared.state === 'unset') {
    return nothing ? { verdict: 'matches' } : (stale ?? { verdict: 'undeclared-key' })
  }
  if (declared.state === 'unknown') return stale ?? { verdict: 'unverifiable' }
  if (declared.fingerprint === fingerprint) return { verdict: 'matches' }
  // to a process that takes empty for not set, the default is what an empty value means
  if (nothing && declared.state === 'empty') return { verdict: 'matches' }
  if (nothing) {
    // it was started before the key came to be
    const absent = older.find((it) => it.fingerprint === null)
    return absent?.until !== undefined && loadedAt < absent.until
      ? { verdict: 'stale', older: absent }
      : { verdict: 'default-in-force' }
  }
  if (stale !== undefined) return stale
  return { verdict: declared.state === 'reference' ? 'unverifiable' : 'overridden' }
}

const placeOf = (declared: DeclaredKey | undefined): Pick<KeyVerdict, 'declared'> =>
  declared === undefined ? {} : { declared: declared.location }

const rank = ({ verdict }: KeyVerdict): number => driftVerdicts.indexOf(verdict)

const noCounts = (): Record<DriftVerdict, number> => ({
  stale: 0,
  overridden: 0,
  'default-in-force': 0,
  'undeclared-key': 0,
  unverifiable: 0,
  'not-reported': 0,
  matches: 0,
})

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  byText(one, other)

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
