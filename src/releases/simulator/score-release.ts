import type { Replay } from '../replay/replay.ts'
import type { BlindSpot, Finding, Verdict, VerdictKind } from '../verdict.ts'
import { type ExpectedPower, expectedPower } from './expected-power.ts'
import { listedBlindSpot } from './listed-blind-spot.ts'
import type { PlannedRelease, ReleasePlan, SimulatedKind } from './release-plan.ts'

export type Outcome =
  /** rolled back, because of the fault */
  | 'caught'
  /** not rolled back, and kept from going on by a finding about the fault */
  | 'held'
  /** has a fault, and nothing said so */
  | 'missed'
  /** rolled back before there was a fault, or without one */
  | 'false alarm'
  /** healthy, and not rolled back */
  | 'clean'
  /** `proceed` after telemetry had stopped */
  | 'went on blind'

/** What the judge made of one simulated release. */
export interface ReleaseScore {
  number: number
  kind: SimulatedKind
  /** What was planted. */
  detail: string
  service: string
  version: string
  /** This release carries the fault; of two that overlap only one does. */
  isFaulty: boolean
  outcome: Outcome
  /** Null for a healthy one. */
  expected: ExpectedPower | null
  /** Of the last look: the one that rolled back, or the end. */
  verdict: VerdictKind
  headline: string
  /** From the onset of the fault to the look that rolled back, or first told of it. */
  delaySeconds: number | null
  /** A finding is about the operation, the callee or the cohort of the fault. */
  isNamed: boolean
  /** Titles of the findings that stand by themselves at the last look. */
  findings: string[]
  /** Of a miss: the blind spot that had said so; null where there was none. */
  listed: string | null
  looks: number
}

/** What a score rests on: of a replay, or of another judge in its place. */
export interface JudgedRelease extends Pick<Replay, 'complete' | 'caught' | 'looks'> {
  timeline: readonly Pick<Replay['timeline'][number], 'verdict' | 'evaluatedAt' | 'changed'>[]
  verdict:
    | (Pick<Verdict, 'verdict' | 'headline' | 'findings' | 'blindSpots'> & {
        comparison: Pick<Verdict['comparison'], 'history'>
      })
    | null
}

/** Telemetry may pause so long before a judge has to say so: two minutes, or five blocks of a minute, and the lag. */
const patienceMillis = 6.5 * 60_000

/** @throws Error where the replay is not complete: nothing can be said then */
export function scoreRelease(
  plan: ReleasePlan,
  release: PlannedRelease,
  { complete, verdict, caught, timeline, looks }: JudgedRelease,
): ReleaseScore {
  if (!complete || verdict === null) throw new Error('The replay did not come to its end.')
  const fault = plan.fault?.service === release.service ? plan.fault : null
  const onset = release.start + (fault?.onset ?? 0)
  const rolledBack = caught === null ? null : Date.parse(caught.at)
  const score = {
    number: plan.number,
    kind: plan.kind,
    detail: plan.detail,
    service: release.service,
    version: release.version,
    isFaulty: fault !== null,
    expected: fault === null ? null : expectedPower(plan),
    verdict: verdict.verdict,
    headline: verdict.headline,
    delaySeconds: null,
    isNamed: fault !== null && verdict.findings.some((finding) => isAbout(finding, fault)),
    findings: standing(verdict).map(({ title }) => title),
    listed: null,
    looks,
  }
  if (fault === null) {
    if (rolledBack !== null) return { ...score, outcome: 'false alarm' }
    const blind = plan.loss !== undefined && wentOn(timeline, plan.loss.at + patienceMillis)
    return { ...score, outcome: blind ? 'went on blind' : 'clean' }
  }
  if (rolledBack === null && verdict.verdict === 'hold' && score.isNamed) {
    const told = firstTold(timeline, onset, fault)
    return { ...score, outcome: 'held', delaySeconds: told === null ? null : (told - onset) / 1000 }
  }
  if (rolledBack === null) {
    const spot = listedBlindSpot(fault, score.expected?.ratio ?? 1, verdict)
    return { ...score, outcome: 'missed', listed: titleOf(spot) }
  }
  if (rolledBack <= onset) return { ...score, outcome: 'false alarm' }
  return { ...score, outcome: 'caught', delaySeconds: (rolledBack - onset) / 1000 }
}

/** The verdict was `proceed` at some time from then on. */
function wentOn(timeline: JudgedRelease['timeline'], from: number): boolean {
  return timeline.some(({ verdict, evaluatedAt }, i) => {
    const next = timeline[i + 1]
    const lasts = next === undefined || Date.parse(next.evaluatedAt) > from
    return verdict === 'proceed' && (Date.parse(evaluatedAt) >= from || lasts)
  })
}

type PlantedFault = NonNullable<ReleasePlan['fault']>

function isAbout({ cohort, title }: Finding, fault: PlantedFault): boolean {
  return names(fault, `${JSON.stringify(cohort)} ${title}`)
}

function names({ operation, callee, cohort }: PlantedFault, text: string): boolean {
  const each = [operation, ...(callee === undefined ? [] : [callee]), ...Object.values(cohort)]
  return each.some((name) => text.includes(name))
}

/** The first look after the onset with a new finding about the fault, ms since 1970. */
function firstTold(
  timeline: JudgedRelease['timeline'],
  onset: number,
  fault: PlantedFault,
): number | null {
  const entry = timeline.find(
    ({ evaluatedAt, changed }) =>
      Date.parse(evaluatedAt) > onset &&
      changed.some((what) => what.startsWith('new finding') && names(fault, what)),
  )
  return entry === undefined ? null : Date.parse(entry.evaluatedAt)
}

function standing({ findings }: Pick<Verdict, 'findings'>): Finding[] {
  return findings.filter(({ id }) => !findings.some(({ explains }) => explains.includes(id)))
}

const titleOf = (spot: BlindSpot | null): string | null => spot?.title ?? null
