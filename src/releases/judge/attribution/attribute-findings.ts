import type { Store } from '../../../store/store.ts'
import type { RecordedRelease } from '../../ledger/ledger.ts'
import type { Release } from '../../release.ts'
import type { Attribution, Finding } from '../../verdict.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { duration, percent } from '../numbers-in-words.ts'
import type { Policy } from '../policy.ts'
import type { UnitTable } from '../unit-table.ts'
import { reasoningOf } from './attribution-words.ts'
import { type FindingUnits, ownUnits } from './finding-units.ts'
import { overlappingReleases, sidesOf } from './overlapping-releases.ts'
import { type Before, otherSides, tellApart } from './tell-apart.ts'
import { tellByOrder } from './tell-by-order.ts'

export interface AttributionInput {
  store: Store
  recorded: RecordedRelease
  /** Every release that is known. */
  releases: readonly RecordedRelease[]
  window: JudgeWindow
  policy: Policy
  table: UnitTable
  /** Of a finding that is not about the service's own requests; null where nobody can tell. */
  unitsOf: (finding: Finding) => Promise<FindingUnits | null>
  /** Milliseconds since the epoch. */
  now: number
}

export interface Attributed {
  findings: Finding[]
  /** Everything that could roll this release back is another one's, or may be. */
  isDeflected: boolean
}

/** For each finding that stands on its own: does it belong to this release, or to another one that overlaps with it? */
export async function attributeFindings(
  findings: readonly Finding[],
  input: AttributionInput,
): Promise<Attributed> {
  const others = overlappingReleases(input.recorded, input.releases, input.window)
  const none = { findings: [...findings], isDeflected: false }
  if (findings.length === 0 || others.length === 0) return none
  const explained = new Set(findings.flatMap(({ explains }) => explains))
  const sides = new Map<string, Map<string, number>>()
  const attributed: Finding[] = []
  for (const finding of findings) {
    const attribution = explained.has(finding.id)
      ? null
      : await attributionOf(finding, others, sides, input)
    attributed.push(attribution === null ? finding : { ...finding, attributedTo: attribution })
  }
  const suspects = attributed.filter(
    (finding) => !explained.has(finding.id) && canRollBack(finding),
  )
  const isDeflected =
    suspects.length > 0 && suspects.every(({ attributedTo }) => attributedTo !== undefined)
  return { findings: attributed, isDeflected }
}

/** Some findings hold a release at most. */
function canRollBack({ kind, severity }: Finding): boolean {
  return kind !== 'missing-traffic' && !(kind === 'missing-call' && severity === 'minor')
}

async function attributionOf(
  finding: Finding,
  others: readonly Release[],
  sides: Map<string, Map<string, number>>,
  input: AttributionInput,
): Promise<Attribution | null> {
  const units = ownUnits(finding, input.table) ?? (await input.unitsOf(finding))
  if (units === null) return null
  let found: Attribution | null = null
  for (const other of others) {
    let met = sides.get(other.id)
    if (met === undefined) {
      met = await sidesOf(input.store, other, input.window, input.now)
      sides.set(other.id, met)
    }
    const attribution = suspect(finding, units, other, met, input)
    // one that is told apart says more than one that is not
    if (attribution !== null && found?.certainty !== 'attributed') {
      if (found === null || attribution.certainty === 'attributed') found = attribution
    }
  }
  return found
}

function suspect(
  finding: Finding,
  units: FindingUnits,
  other: Release,
  met: ReadonlyMap<string, number>,
  { recorded, window, policy }: AttributionInput,
): Attribution | null {
  const { release } = recorded
  const of = { release: other.id, service: other.service, version: other.version }
  const side = Uint8Array.from(units.traceIds, (id) => met.get(id) ?? otherSides.absent)
  const before = finding.comparison === 'before-after' ? unitsBefore(finding) : null
  const told = tellApart(units, side, window, policy.harmFailureRatio, before)
  if (told.verdict !== 'own') {
    const certainty = told.verdict === 'other' ? 'attributed' : 'confounded'
    return { ...of, certainty, reasoning: reasoningOf(told, release, other) }
  }
  if (finding.comparison !== 'before-after' || told.onPath < 0.5) return null
  const usual = finding.effect.baseline ?? 0
  const order = tellByOrder(units, release, other, usual, policy.harmFailureRatio)
  if (order.verdict === 'own') return null
  if (order.verdict === 'confounded') {
    return {
      ...of,
      certainty: 'confounded',
      reasoning: `It cannot be told whether this is ${release.service} ${release.version} or ${other.service} ${other.version}: both releases began at the same time.`,
    }
  }
  const later = (Date.parse(other.startedAt) - Date.parse(release.startedAt)) / 1000
  return {
    ...of,
    certainty: 'attributed',
    reasoning: `It belongs to ${other.service} ${other.version}: it began with that release, ${duration(later)} after this one (${percent(order.before ?? 0)} until then, ${percent(order.since ?? 0)} since).`,
  }
}

/** Null for slow requests: those of the finding are slower than another bound than those of its units. */
function unitsBefore({ kind, effect, evidence }: Finding): Before | null {
  if (kind === 'latency') return null
  const total = evidence.baselineCount
  return { total, bad: Math.round((effect.baseline ?? 0) * total) }
}
