import { createRandom, type Random } from '../../stats/random.ts'
import { judgeMetrics } from '../judge/parts/metrics/judge-metrics.ts'
import { loadMetrics } from '../judge/parts/metrics/load-metrics.ts'
import { requestShare } from '../judge/parts/metrics/look-at-metrics.ts'
import { volume } from '../judge/parts/metrics/metric-claims.ts'
import type { MetricGroup, MetricTable, Side } from '../judge/parts/metrics/metric-table.ts'
import { type GaugeTable, isPressure } from '../judge/parts/metrics/saturation/gauge-table.ts'
import { judgeSaturation } from '../judge/parts/metrics/saturation/judge-saturation.ts'
import { loadGauges } from '../judge/parts/metrics/saturation/load-gauges.ts'
import { alteredStore } from './altered-store.ts'
import { isClearlyDetectable } from './clearly-detectable.ts'
import { type CutToDivide, type DividedCut, divideCut } from './divide-cut.ts'
import { type PartDrill, plantLooks } from './drill-parts.ts'
import type { PartPlant } from './self-check.ts'
import { spoiledParts } from './spoil-judge.ts'
import { evenLooks } from './watch-part.ts'

/** Of the requests that the candidate's counters count, so many fail. */
const failingShare = 0.2
/** Level of a gauge of the candidate when its processes are as old as they are compared at, as a ratio to that without. */
const leakRatio = 2

type Planting = (cut: CutToDivide, divided: DividedCut, drill: PartDrill) => Promise<Seen | null>

interface Seen {
  subject: string
  isDetectable: boolean
  found: boolean
  seconds: number | null
}

/**
 * Adds a regression to what the metrics of some instances counted or showed, in copies; null where instances are not told
 * apart, or send none.
 */
export async function metricPlant(
  cut: CutToDivide,
  number: number,
  seed: number,
  drill: PartDrill,
): Promise<PartPlant | null> {
  const { what, share, plant } = plantings(createRandom(seed))[number % 2]!
  const divided = divideCut(cut, 'instances', share, seed)
  if (divided === null) return null
  const seen = await plant(cut, divided, drill)
  if (seen === null) return null
  const sides = divided.table.candidate
  const own = sides.reduce((sum, side) => sum + side, 0)
  return { part: 'metrics', what, candidateShare: own / Math.max(1, sides.length), ...seen }
}

function plantings(random: Random): readonly { what: string; share: number; plant: Planting }[] {
  return [
    {
      what: `${failingShare * 100} % of the counted requests fail`,
      share: 0.25,
      plant: (...planted) => plantFailures(random, ...planted),
    },
    // a slope is told by how many processes have it
    { what: 'a gauge grows with the age of the process', share: 0.5, plant: plantLeak },
  ]
}

async function plantFailures(
  random: Random,
  { loaded: { window } }: CutToDivide,
  divided: DividedCut,
  { store, service, policy, bug, slice }: PartDrill,
): Promise<Seen | null> {
  const { release } = divided.recorded
  const past = alteredStore(store, divided.altered)
  const table = await loadMetrics(past, release, window)
  await slice()
  const own = table?.groups.filter(({ role }) => role === 'server') ?? []
  if (table === null || volume(own, 'candidate') === 0 || volume(own, 'baseline') === 0) return null
  const planted = { ...table, groups: withFailures(table.groups, random) }
  const spoiled = spoiledParts(policy, bug)
  const alpha = (of: number): number => of * policy.metricsShare * requestShare
  let seconds: number | null = null
  for (const blocks of evenLooks({ ...window, blocks: table.blocks }, plantLooks)) {
    const seen = tableOf(planted, blocks)
    const judged = judgeMetrics(seen, service.service, {}, spoiled, alpha(spoiled.alphaHarm), '')
    if (!judged.findings.some(({ kind }) => kind === 'failure-rate')) continue
    seconds = (blocks * table.blockMillis) / 1000
    break
  }
  const honest = judgeMetrics(planted, service.service, {}, policy, alpha(policy.alphaHarm), '')
  const whole = honest.evaluated.find(({ claim }) => claim.id === 'known|failure-rate')
  return {
    subject: own[0]!.metric,
    isDetectable:
      whole !== undefined &&
      isLarge(own, whole.spread.clustering, {
        ...policy,
        alphaHarm: alpha(policy.alphaHarm),
        harmFailureRatio: whole.margin,
      }),
    found: seconds !== null,
    seconds,
  }
}

/** Requests of the candidate that ended well, a share of them as failures of the same process and operation. */
function withFailures(groups: readonly MetricGroup[], random: Random): MetricGroup[] {
  return groups.flatMap((group): MetricGroup[] => {
    if (group.side !== 'candidate' || group.role !== 'server' || group.failed) return [group]
    const moved = group.requests.map((n) => random.binomial(Math.round(n), failingShare))
    return [
      { ...group, requests: group.requests.map((n, i) => Math.max(0, n - moved[i]!)) },
      { ...group, failed: true, requests: moved, durations: group.durations.map(() => undefined) },
    ]
  })
}

function isLarge(
  groups: readonly MetricGroup[],
  clustering: number,
  policy: PartDrill['policy'],
): boolean {
  const units = (side: Side, some: readonly MetricGroup[]): number =>
    volume(some, side) / clustering
  const traffic = {
    candidate: units('candidate', groups),
    baseline: units('baseline', groups),
    baselineFailed: units(
      'baseline',
      groups.filter(({ failed }) => failed),
    ),
  }
  return isClearlyDetectable(traffic, failingShare, policy)
}

/** The first blocks. */
function tableOf(table: MetricTable, blocks: number): MetricTable {
  const groups = table.groups.map((group) => ({
    ...group,
    requests: group.requests.subarray(0, blocks),
    durations: group.durations.slice(0, blocks),
  }))
  return { ...table, blocks, groups }
}

async function plantLeak(
  { loaded: { window } }: CutToDivide,
  divided: DividedCut,
  { store, policy, bug, slice }: PartDrill,
): Promise<Seen | null> {
  const past = alteredStore(store, divided.altered)
  const table = await loadGauges(past, divided.recorded.release, window)
  await slice()
  const measure = table?.measures.find(
    ({ name, runs }) =>
      isPressure(name) &&
      (['candidate', 'baseline'] as const).every((side) => runs.some((run) => run.side === side)),
  )
  if (table === null || measure === undefined) return null
  const alpha = (of: number): number => of * policy.metricsShare * (1 - requestShare)
  const honest = judgeSaturation(table, alpha(policy.alphaHarm), [], window)
  const { label } = measure
  const leaking = withLeak(table, label, honest.age)
  const spoiled = alpha(spoiledParts(policy, bug).alphaHarm)
  const judged = judgeSaturation(leaking, spoiled, [], window)
  const found = judged.found.some(
    (claim) => claim.kind === 'slope' && claim.measure.label === label,
  )
  return {
    subject: label,
    // processes too young, or too few, to tell a slope from chance
    isDetectable: honest.told.slopes > 0,
    found,
    seconds: found ? (window.to - window.from) / 1000 : null,
  }
}

function withLeak(table: GaugeTable, label: string, age: number | null): GaugeTable {
  return {
    ...table,
    measures: table.measures.map((measure) =>
      measure.label !== label
        ? measure
        : {
            ...measure,
            runs: measure.runs.map((run) => {
              const { side, startedAt, at, value } = run
              if (side !== 'candidate' || startedAt === null || age === null) return run
              const grown = value.map(
                (level, i) => level * (1 + ((leakRatio - 1) * (at[i]! - startedAt)) / age),
              )
              return { ...run, value: grown }
            }),
          },
    ),
  }
}
