import type { ConfigFinding, EffectClass } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { inferEffect } from '../blast-radius/infer-effect.ts'
import { nearestName } from '../contract/nearest-name.ts'
import { blockingEffects } from '../diff/diff-environments.ts'
import { findingId } from '../finding-id.ts'
import { countOf } from '../report/finding-words.ts'
import type { ConfigDrift, Disagreement, KeyVerdict } from './config-drift.ts'

export interface DriftReport extends ConfigReport {
  drift: ConfigDrift
}

export interface DriftSurroundings {
  /** Effects that the contract tells, by key. */
  effects?: ReadonlyMap<string, EffectClass>
  /** All keys that are declared, for names that are nearly right. */
  declared: Iterable<string>
  notAnalysed: readonly NotAnalysed[]
  lookedAt: readonly string[]
}

const faulty = new Set(['stale', 'overridden', 'default-in-force', 'undeclared-key'])

/** The answer of `config drift`. What nobody reported, and what cannot be compared, makes it incomplete. */
export function driftReport(drift: ConfigDrift, around: DriftSurroundings): DriftReport {
  const known = new Set(around.declared)
  const findings = [
    // an instance may be stale since Monday and another since Tuesday: one finding
    ...[
      ...Map.groupBy(
        drift.verdicts.filter(({ verdict }) => faulty.has(verdict)),
        ({ verdict, key, component }) => [verdict, key, component].join('\0'),
      ).values(),
    ].map((rows) => verdictFinding(rows, drift, known, around)),
    ...drift.disagreements.map((it) => disagreementFinding(it, drift, around)),
  ]
  return {
    command: 'config drift',
    headline: headlineOf(drift, findings),
    findings: unique(findings),
    accepted: [],
    notAnalysed: unique([...around.notAnalysed, ...unseen(drift)]),
    lookedAt: around.lookedAt,
    drift,
  }
}

function verdictFinding(
  rows: readonly KeyVerdict[],
  { environment }: ConfigDrift,
  known: ReadonlySet<string>,
  around: DriftSurroundings,
): ConfigFinding {
  const first = rows[0]!
  const { key, component, verdict, declared } = first
  const told = rows
    .slice(0, 3)
    .map((row) => `${whoOf(row.instances, row.of, component)} ${whatOf(row)}`)
  const more = rows.length > 3 ? `; and ${rows.length - 3} more kinds` : ''
  return finding(`drift/${verdict}`, key, component, environment, declared, around, {
    message: `${key}: ${told.join('; ')}${more}.`,
    hint: hintOf(first, known),
  })
}

function whatOf({ verdict, source, state, older, declared }: KeyVerdict): string {
  if (verdict === 'stale') {
    if (older?.fingerprint === null)
      return `did not get the value that was added ${when(older.until)}`
    return older?.until === undefined
      ? `still has the value of an earlier time (${older?.where ?? 'not known'})`
      : `still has the value that was declared until ${when(older.until)} (${older.where})`
  }
  if (verdict === 'default-in-force') {
    return source === 'default'
      ? 'runs on the default of the code, though a value is declared'
      : 'has no value, though one is declared'
  }
  if (verdict === 'overridden') {
    return `has ${state === 'empty' ? 'an empty value' : 'another value'}${sourceWords(source)}, not the one that is declared`
  }
  return declared === undefined
    ? `has a value${sourceWords(source)} that is declared nowhere`
    : 'has it in its environment, and does not read it'
}

function hintOf(
  { verdict, key, source, declared }: KeyVerdict,
  known: ReadonlySet<string>,
): string {
  if (verdict === 'stale')
    return 'Restart the instance, or find out why the new value does not reach it.'
  if (verdict === 'default-in-force') {
    return 'Find out why the declared value does not reach the process: another name, component, file or phase.'
  }
  if (verdict === 'overridden') {
    return source === undefined || source === 'environment'
      ? 'Look for what sets it beside the declared files: the launcher, the image, a console of the platform, a hand.'
      : 'Declare the value where it comes from, or take that away.'
  }
  if (declared !== undefined) return 'Correct its name, or remove it.'
  const near = known.has(key) ? undefined : nearestName(key, known)
  return near === undefined
    ? 'Declare it, or remove it.'
    : `Is ${near} meant? Else declare it, or remove it.`
}

function disagreementFinding(
  { key, component, groups, declared }: Disagreement,
  { environment }: ConfigDrift,
  around: DriftSurroundings,
): ConfigFinding {
  const told = groups
    .slice(0, 4)
    .map(
      ({ instances, verdict, source }) =>
        `${namesOf(instances)} (${wordsOf[verdict]}${source === 'default' ? ', default of the code' : ''})`,
    )
  const more = groups.length > 4 ? ` and ${groups.length - 4} more values` : ''
  const releases = new Set(groups.flatMap((it) => it.releases))
  const between = releases.size > 1 ? ' They run different releases.' : ''
  return finding('drift/instances-disagree', key, component, environment, declared, around, {
    message: `${key}: the instances of ${component} hold ${countOf(groups.length, 'different value')}: ${told.join('; ')}${more}.${between}`,
    hint: 'Bring all instances to the declared value, or say in the rollout why they differ.',
  })
}

const wordsOf = {
  matches: 'as declared',
  stale: 'an older value',
  overridden: 'another value',
  'default-in-force': 'nothing that is declared',
  'undeclared-key': 'declared nowhere',
  unverifiable: 'cannot be compared',
  'not-reported': 'not reported',
} as const

function finding(
  rule: string,
  key: string,
  component: string,
  environment: string,
  declared: KeyVerdict['declared'],
  { effects }: DriftSurroundings,
  words: { message: string; hint: string },
): ConfigFinding {
  const { effect } = inferEffect(key, [], effects?.get(key))
  const about = {
    rule,
    key,
    component,
    environments: [environment],
    locations: declared === undefined ? [] : [declared],
  }
  return {
    id: findingId(about),
    ...about,
    severity: rule !== 'drift/undeclared-key' && blockingEffects.has(effect) ? 'error' : 'warning',
    evidence: 'observed',
    ...(effect === undefined ? {} : { effect }),
    ...words,
  }
}

/** What the reports do not tell. */
function unseen({
  environment,
  verdicts,
  silent,
  strangers,
  instances,
}: ConfigDrift): NotAnalysed[] {
  const item = (kind: string, component: string, key: string, reason: string): NotAnalysed => ({
    kind,
    id: findingId({ rule: kind, key, component, environments: [environment], locations: [] }),
    reason,
  })
  const rows = verdicts.flatMap(({ verdict, key, component, instances: names, of, declared }) => {
    if (verdict !== 'unverifiable' && verdict !== 'not-reported') return []
    const reason =
      verdict === 'unverifiable'
        ? `${key}: the value declared for ${component} lies elsewhere, so it cannot be compared.`
        : `${key}: ${whoOf(names, of, component)} does not say what it holds.`
    const location = declared === undefined ? {} : { location: declared }
    return [{ ...item(verdict, component, key, reason), ...location }]
  })
  const none =
    instances.length === 0
      ? [item('no-report', '', '', `No instance of ${environment} reported.`)]
      : []
  return [
    ...none,
    ...silent
      .filter((component) => component !== '')
      .map((it) => item('no-report', it, '', `No instance of ${it} reported.`)),
    ...strangers.map((it) =>
      item(
        'undeclared-component',
        it,
        '',
        `${it} reports, and is declared nowhere: it was held against what holds for all components.`,
      ),
    ),
    ...rows,
  ]
}

function headlineOf(
  { instances, environment, counts }: ConfigDrift,
  findings: readonly ConfigFinding[],
): string {
  const who = countOf(instances.length, 'instance')
  if (instances.length === 0)
    return `No instance of ${environment} reported: nothing is known of what runs there.`
  const worst = findings.find(({ severity }) => severity === 'error') ?? findings[0]
  const all = Object.values(counts).reduce((sum, each) => sum + each, 0)
  if (worst === undefined) {
    return counts.matches === all
      ? `${who} of ${environment} ${instances.length === 1 ? 'runs' : 'run'} on what is declared.`
      : `${who} of ${environment}: ${counts.matches} of ${all} keys match what is declared; of the others nothing wrong is known.`
  }
  const keys = countOf(new Set(findings.map(({ key }) => key)).size, 'key')
  const only = findings.every(({ rule }) => rule === 'drift/instances-disagree')
  return only
    ? `The instances of ${environment} disagree on ${keys}. ${worst.message}`
    : `${keys} of ${environment} not as declared. ${worst.message}`
}

/** `2 of 3 instances of api (a, b)`. */
function whoOf(instances: readonly string[], of: number, component: string): string {
  const names = namesOf(instances)
  return of === 1
    ? `${component} (${names})`
    : `${instances.length} of ${of} instances of ${component} (${names})`
}

function namesOf(instances: readonly string[]): string {
  const shown = instances.slice(0, 5).join(', ')
  return instances.length > 5 ? `${shown} and ${instances.length - 5} more` : shown
}

function sourceWords(source: KeyVerdict['source']): string {
  if (source === 'file') return ' (from a file)'
  if (source === 'argument') return ' (from an argument)'
  return source === 'remote' ? ' (from a remote source)' : ''
}

const when = (time: string | undefined): string =>
  time === undefined ? 'later' : `${time.slice(0, 16).replace('T', ' ')} UTC`

const unique = <Item extends { id: string }>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [item.id, item])).values(),
]
