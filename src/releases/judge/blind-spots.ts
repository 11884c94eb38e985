import type { AttributeSelection } from '../../cohorts/attribute-selection.ts'
import type { CategoryColumn } from '../../cohorts/cohort-table.ts'
import type { UnansweredPeer } from '../../signals/unanswered-peers.ts'
import type { BlindSpot, Comparison, HistoryComparison } from '../verdict.ts'
import type { Release } from '../release.ts'
import { detectableRise, type GroupTraffic } from './detectable-rise.ts'
import type { SafetyClaim } from './safety-claims.ts'
import type { DiscoverySummary } from './discover-cohorts.ts'
import type { JudgeWindow } from './judge-window.ts'
import { count, percent, times } from './numbers-in-words.ts'
import { limitWords, openLimits, openLimitsSpot } from './open-limits.ts'
import type { PlanLook } from './plan/look-at-plan.ts'
import { splitSpots } from './plan/split-reach.ts'
import { timeSpots } from './plan/time-spots.ts'
import type { Policy } from './policy.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'
import type { UnitTable } from './unit-table.ts'

/** A failure this frequent should show at least three times before a cohort counts as exercised (judge.md §6.7). */
const frequentFailure = 0.1
/** Values of the baseline rarer than this are not worth a line each. */
const minBaselineShare = 0.005
const maxCohortLines = 8

export interface BlindSpotInput {
  release: Release
  table: UnitTable
  window: JudgeWindow
  comparison: Comparison
  discovery: DiscoverySummary
  peers: readonly UnansweredPeer[]
  policy: Policy
  /** What `proceed` needs. */
  claims: readonly SafetyClaim[]
  /** … against the time before; empty without it. */
  historyClaims: readonly SafetyClaim[]
  /** What of the week, and of the work that it holds, was lived through. */
  plan: Pick<PlanLook, 'week' | 'jobs' | 'fed'>
  /** Of the table; taken anew where left out. */
  selection?: AttributeSelection
}

/** What this comparison could not have seen, most important first. */
export function blindSpots(input: BlindSpotInput): BlindSpot[] {
  return [
    ...populationSpots(input),
    ...coverageSpots(input),
    ...sizeSpots(input),
    ...openLimitsSpot(openLimits(input.claims, input.release.service, input.policy)),
    ...input.peers.map(peerSpot),
    ...splitSpots(input.release, input.table, input.comparison, input.plan.fed),
    ...searchSpots(input),
    ...timeSpots(input.release.service, input.plan),
    sharedSpot(input),
  ]
}

function sharedSpot({ comparison, historyClaims, release, policy }: BlindSpotInput): BlindSpot {
  const history: HistoryComparison | null = comparison.history ?? null
  if (history === null) {
    return {
      kind: 'shared-change',
      title: 'A fault that hits both versions at once cannot show here',
      detail:
        'Candidate and baseline run side by side and share databases, caches, configuration and the services they call. What breaks for both, or breaks others, leaves no difference between them.',
    }
  }
  const { margin, replayedCuts, isCalibrated, hourClass } = history
  const failures = historyClaims.filter(({ kind }) => kind !== 'latency')
  const limits = openLimits(failures, release.service, policy)
  const why = isCalibrated
    ? `so much came and went by itself in ${count(replayedCuts, 'replayed cut')} of the time before it`
    : `${replayedCuts === 0 ? 'no cut' : count(replayedCuts, 'cut')} of the time before it could be replayed, too few to measure how much comes and goes by itself`
  return {
    kind: 'shared-change',
    subject: 'both versions at once, against the time before',
    title: 'A fault that hits both versions at once shows only against the time before the release',
    detail: `All requests since the release began are compared with those before it (${hourClass}). A rise of failures below ${times(margin)} times is not held against the release: ${why}. Nor is one that services share which the release does not touch, and what breaks others does not show here.${limits.length === 0 ? '' : ` ${limitWords(limits)}`}`,
    ...(limits.length > 0 && { limits }),
  }
}

function populationSpots({ comparison }: BlindSpotInput): BlindSpot[] {
  const spots: BlindSpot[] = []
  const { sampleRatioMismatch: ratio, populationShift, candidateShare } = comparison
  if (ratio.mismatch && ratio.expectedShare !== null && candidateShare !== null) {
    spots.push({
      kind: 'unequal-populations',
      title: `The candidate got ${percent(candidateShare)} of the traffic instead of ${percent(ratio.expectedShare)}`,
      detail:
        'More than chance allows, so the two sides may be different kinds of traffic and no comparison between them can be trusted. Check the routing, and whether the candidate loses requests or telemetry.',
    })
  }
  for (const { attribute, value, baselineShare, candidateShare: share } of populationShift.slice(
    0,
    5,
  )) {
    spots.push({
      kind: 'unequal-populations',
      subject: `${attribute} = ${value}`,
      title: `${attribute} = ${value} is ${percent(share)} of the candidate's traffic and ${percent(baselineShare)} of the baseline's`,
      detail:
        'The two sides are not the same mix, so a difference between them need not come from the release.',
    })
  }
  return spots
}

/** Operations and attribute values that the candidate met too rarely to say anything. */
function coverageSpots({ table, policy, selection }: BlindSpotInput): BlindSpot[] {
  const { kept } = selection ?? selectUnitAttributes(table)
  const columns = kept.filter((column): column is CategoryColumn => column.kind === 'category')
  const sides = [0, 0]
  for (const side of table.candidate) sides[side]! += 1
  const [baselines, candidates] = sides as [number, number]
  if (baselines === 0) return []
  const needed = Math.ceil(3 / frequentFailure)
  const kindOf = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++)
    kindOf[row] = table.candidate[row] === 1 ? 2 : table.failed[row]!
  const thin = columns.flatMap((column) => {
    const counts = countValues(column, kindOf)
    const cells: ThinCell[] = []
    for (let code = 1; code < column.values.length; code++) {
      const failed = counts[4 * code + 1]!
      const baseline = counts[4 * code]! + failed
      const candidate = counts[4 * code + 2]!
      if (baseline >= minBaselineShare * baselines && candidate < needed)
        cells.push({ baseline, candidate, failed, column, code })
    }
    return cells
  })
  thin.sort((a, b) => a.candidate - b.candidate || b.baseline - a.baseline)
  const spots = thin
    .slice(0, maxCohortLines)
    .map(({ column, code, baseline, candidate, failed }): BlindSpot => {
      const name = `${column.name} = ${JSON.stringify(column.values[code])}`
      const share = percent(baseline / baselines)
      if (candidate === 0) {
        return {
          kind: 'not-exercised',
          subject: name,
          title: `${name}: no candidate request yet`,
          detail: `${share} of the baseline's requests are of this kind; the candidate has answered none, so any fault there is unseen.`,
          needs: { requests: needed },
        }
      }
      const ratio = detectableRise({ baseline, candidate, baselineFailed: failed }, false, policy)
      return {
        kind: 'low-traffic',
        subject: name,
        title: `${name}: only ${count(candidate, 'candidate request')}`,
        detail:
          ratio === null
            ? `${share} of the baseline's requests are of this kind; with so few on the candidate no rise of the failure rate could be told from chance.`
            : `${share} of the baseline's requests are of this kind; a failure rate below ${times(ratio)} times the baseline's may go unnoticed.`,
        ...(ratio === null ? {} : { minimumDetectableEffect: ratio }),
        needs: { requests: needed - candidate },
      }
    })
  const rest = thin.length - spots.length
  if (rest > 0) {
    spots.push({
      kind: 'low-traffic',
      title: `${count(rest, 'more value')} of attributes with too little candidate traffic`,
      detail: `Each is at least ${percent(minBaselineShare)} of the baseline's requests and has fewer than ${needed} on the candidate (of ${count(candidates, 'request')} in all).`,
    })
  }
  return spots
}

interface ThinCell {
  baseline: number
  candidate: number
  /** Of the baseline. */
  failed: number
  column: CategoryColumn
  code: number
}

/** Rows by value and kind (0 to 3): [4 * code + kind]. */
function countValues({ codes, values }: CategoryColumn, kindOf: Uint8Array): Uint32Array {
  const counts = new Uint32Array(4 * values.length)
  for (let row = 0; row < kindOf.length; row++) counts[4 * codes[row]! + kindOf[row]!]! += 1
  return counts
}

/** The smallest change that would have been noticed: in the service as a whole, and in a cohort of one per cent. */
function sizeSpots({ release, table, policy }: BlindSpotInput): BlindSpot[] {
  const all: GroupTraffic = { baseline: 0, candidate: 0, baselineFailed: 0 }
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1) all.candidate += 1
    else {
      all.baseline += 1
      all.baselineFailed += table.failed[row]!
    }
  }
  if (all.baseline === 0 || all.candidate === 0) return []
  const hundredth: GroupTraffic = {
    baseline: all.baseline / 100,
    candidate: all.candidate / 100,
    baselineFailed: all.baselineFailed / 100,
  }
  return [
    sizeSpot(release.service, all, detectableRise(all, true, policy), excludedBefore),
    sizeSpot(
      'a cohort of 1 % of the requests',
      hundredth,
      detectableRise(hundredth, false, policy),
    ),
  ]
}

const excludedBefore =
  ' To exclude a rise takes fewer requests: what is excluded is in the evidence plan.'

function sizeSpot(
  group: string,
  { candidate, baseline }: GroupTraffic,
  ratio: number | null,
  note = '',
): BlindSpot {
  const seen = `${count(Math.round(candidate), 'candidate request')} and ${Math.round(baseline).toLocaleString('en-US')} of the baseline`
  if (ratio === null) {
    return {
      kind: 'low-traffic',
      subject: group,
      title: `No rise of the failure rate of ${group} would have been noticed yet`,
      detail: `With ${seen}, not even a candidate that fails every time could be told from chance.`,
    }
  }
  return {
    kind: 'low-traffic',
    subject: group,
    title: `A failure rate of ${group} below ${times(ratio)} times the baseline's may go unnoticed`,
    detail: `With ${seen}, a smaller rise becomes a finding with less than 80 % probability.${note}`,
    minimumDetectableEffect: ratio,
  }
}

function peerSpot({ address, calls }: UnansweredPeer): BlindSpot {
  return {
    kind: 'uninstrumented-service',
    subject: address,
    title: `${address} sends no telemetry`,
    detail: `None of ${count(calls, 'call')} to it that were looked at has a span of the called side: what goes wrong there without an error is invisible.`,
  }
}

function searchSpots({ table, discovery }: BlindSpotInput): BlindSpot[] {
  const spots: BlindSpot[] = []
  const cut = [...discovery.cut]
  if (table.sampledFrom > table.rows) {
    cut.push(
      `${count(table.rows, 'unit')} of ${table.sampledFrom.toLocaleString('en-US')} were read, a hashed sample of traces.`,
    )
  }
  if (!table.detectorsComplete)
    cut.push('There were more silent failures than a detector lists in one look.')
  spots.push({
    kind: 'search-limit',
    title: 'Cohorts of more than two attributes within an operation were not searched',
    detail: [
      `All combinations of up to three of ${discovery.attributes} attributes were compared over all requests, and of up to two within each operation (${discovery.cells.toLocaleString('en-US')} cells).`,
      ...cut,
    ].join(' '),
  })
  return spots
}
