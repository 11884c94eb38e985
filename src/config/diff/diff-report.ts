import { createHash } from 'node:crypto'
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { findingId } from '../finding-id.ts'
import type { Location } from '../location.ts'
import { blockingEffects } from './diff-environments.ts'
import type { DiffSide, EnvironmentDiff, KeyDifference } from './environment-diff.ts'

/** The answer of `config diff`: what every command answers, and the comparison itself. */
export interface DiffReport extends ConfigReport {
  diff: EnvironmentDiff
}

export interface DiffSurroundings {
  /** Place of a rule in the contract. */
  placeOf?: (path: readonly string[]) => Location
  /** What could not be read of either environment. */
  unread: readonly { location: Location; reason: string }[]
  /** `3 files of staging`. */
  lookedAt: readonly string[]
}

/**
 * Findings are what fails: broken rules, expired acceptances, and accidents where money, access or data are at stake. Other
 * differences are advice and stand in `diff` alone. What cannot be verified there makes the answer incomplete.
 */
export function diffReport(diff: EnvironmentDiff, around: DiffSurroundings): DiffReport {
  const findings = diff.differences.flatMap((it) => findingOf(it, diff, around) ?? [])
  const notAnalysed = [
    ...around.unread.map(({ location, reason }) => ({
      kind: 'unread-input',
      id: shortId(['unread-input', location.file, reason]),
      location,
      reason,
    })),
    ...diff.differences.flatMap((it) => unverifiedOf(it, diff) ?? []),
    ...(diff.equal === 0 && diff.differences.length === 0 ? [nothingCompared(diff)] : []),
  ]
  return {
    command: 'config diff',
    headline: headlineOf(diff),
    findings: unique(findings),
    accepted: [],
    notAnalysed: unique(notAnalysed),
    lookedAt: [
      ...around.lookedAt,
      ...(diff.phasesLeftOut.length === 0
        ? []
        : [
            `keys of ${diff.phasesLeftOut.join(', ')} not compared, since only one environment has them`,
          ]),
    ],
    diff,
  }
}

/** To compare nothing is no pass. */
const nothingCompared = ({ environments }: EnvironmentDiff): NotAnalysed => ({
  kind: 'nothing-compared',
  id: shortId(['nothing-compared', ...environments]),
  reason: `No key of ${environments.join(' and ')} was there to be compared.`,
})

const unique = <Item extends { id: string }>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [item.id, item])).values(),
]

const shortId = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)

function findingOf(
  difference: KeyDifference,
  { environments }: EnvironmentDiff,
  { placeOf }: DiffSurroundings,
): ConfigFinding | undefined {
  const { key, kind, violated, expired, blocking, blast, components, rule } = difference
  if (!blocking && !expired) return undefined
  const name = expired
    ? 'expired-acceptance'
    : violated
      ? 'violated-rule'
      : kind === 'same'
        ? 'shared-value'
        : 'accidental-difference'
  const place =
    rule === undefined
      ? undefined
      : placeOf?.(['keys', key, ...rule.id.slice(`keys.${key}.`.length).split('.')])
  const component = components.length === 1 ? components[0] : undefined
  const finding: Omit<ConfigFinding, 'id'> = {
    rule: `diff/${name}`,
    severity: blocking ? 'error' : 'warning',
    evidence: violated || expired ? 'proved' : 'inferred',
    key,
    ...(component === undefined || component === '' ? {} : { component }),
    environments: [...environments],
    locations: [...placesOf(difference), ...(place === undefined ? [] : [place])],
    ...(blast.effect === undefined ? {} : { effect: blast.effect }),
    message: `${key}: ${sidesText(difference, environments)}. ${difference.because}`,
    hint: hintOf(difference, environments),
  }
  return { id: findingId(finding), ...finding }
}

function hintOf(
  { key, kind, violated, expired, rule }: KeyDifference,
  environments: readonly string[],
): string {
  const accept = `aftergreen config diff ${environments.join(' ')} --accept ${key} --reason "why"`
  if (expired) return `Remove the difference, or renew the acceptance: ${accept}`
  if (violated) return `Correct the value, or the rule ${rule?.id ?? ''} of the contract.`
  if (kind === 'same') return `Give each environment a value of its own, or say why not: ${accept}`
  return `Correct it, or say why it is meant: ${accept}`
}

/** The second environment first: that is where the new value usually stands. */
const placesOf = ({ sides }: KeyDifference): Location[] =>
  [sides[1], sides[0]].flatMap(({ location }) => (location === undefined ? [] : [location]))

/** `staging has 5, production reads the default 30 (src/pool.ts:3)`. */
export function sidesText({ sides }: KeyDifference, environments: readonly string[]): string {
  return sides.map((side, index) => sideText(side, environments[index] ?? '')).join(', ')
}

function sideText({ state, shown, readersDefault, required }: DiffSide, name: string): string {
  if (state === 'missing' || state === 'unset') {
    if (readersDefault !== undefined) {
      const { file, line } = readersDefault.location
      return `${name} reads the default ${readersDefault.shown} (${file}:${line})`
    }
    return required === true ? `${name} lacks it, and the code needs it` : `${name} does not set it`
  }
  if (state === 'reference') return `${name} takes it from elsewhere`
  if (state === 'unknown') return `${name} sets it to something that is not known`
  return `${name} has ${shown === 'empty' ? 'an empty value' : shown}`
}

function unverifiedOf(difference: KeyDifference, diff: EnvironmentDiff): NotAnalysed | undefined {
  const { key, intent, blast, components, because } = difference
  if (intent !== 'unverifiable' || !blockingEffects.has(blast.effect)) return undefined
  const location = placesOf(difference)[0]
  return {
    kind: 'unverifiable-difference',
    id: shortId(['unverifiable-difference', key, ...diff.environments, ...components]),
    ...(location === undefined ? {} : { location }),
    reason: `${key} (${blast.effect}): ${because}`,
  }
}

/** What a run in the other environment says nothing about. */
function headlineOf(diff: EnvironmentDiff): string {
  const { differences, environments, target, counts } = diff
  const other = environments[0] === target ? environments[1] : environments[0]
  const unpredicted = differences.filter(({ kind }) => kind !== 'same')
  const blocking = differences.filter((it) => it.blocking)
  const keys = new Set(unpredicted.map(({ key }) => key)).size
  const worst = blocking[0]
  const told =
    worst === undefined
      ? ''
      : `; ${countOf(blocking.length, 'fails', 'fail')} the comparison, first ${worst.key} (${worst.violated ? 'a broken rule' : worst.blast.effect})`
  if (keys > 0) {
    return `A green run in ${other} cannot predict ${countOf(keys, 'key', 'keys')} of ${target}${told}.`
  }
  if (worst !== undefined) {
    return `${environments[0]} and ${environments[1]} share what they must not share${told}.`
  }
  if (counts.accidental > 0)
    return `${other} and ${target} share values that may be meant to differ.`
  return diff.equal === 0
    ? `No keys of ${other} and ${target} were there to be compared.`
    : `No differences in the ${countOf(diff.equal, 'key', 'keys')} that were compared.`
}

const countOf = (count: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`
