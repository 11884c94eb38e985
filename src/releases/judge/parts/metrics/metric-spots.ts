import { minimumDetectableRatio } from '../../../../stats/minimum-detectable-effect.ts'
import type { Release } from '../../../release.ts'
import type { BlindSpot } from '../../../verdict.ts'
import { count, duration, millis, times } from '../../numbers-in-words.ts'
import type { Policy } from '../../policy.ts'
import type { MetricJudgement } from './judge-metrics.ts'
import { instancesOf, type MetricTable } from './metric-table.ts'
import { volume } from './metric-claims.ts'

export interface MetricSpotInput {
  release: Release
  table: MetricTable
  judged: MetricJudgement
  policy: Policy
  /** Of all harm claims of this part. */
  alpha: number
  /** No traces tell of the requests: the metrics are all there is. */
  isAlone: boolean
  candidateShare: number | null
}

/** What these metrics could not have shown, in words with numbers. */
export function metricSpots(input: MetricSpotInput): BlindSpot[] {
  const { table, isAlone } = input
  const { all, read } = table.series
  const cut =
    all > read
      ? [
          `${read.toLocaleString('en-US')} series of ${all.toLocaleString('en-US')} were read, those with failures and the busiest.`,
        ]
      : []
  const notes = [...cut, ...table.notes]
  const spots: BlindSpot[] =
    notes.length === 0
      ? []
      : [
          {
            kind: 'search-limit',
            subject: 'metrics of requests',
            title: 'Some metrics of requests were not compared',
            detail: notes.join(' '),
          },
        ]
  return isAlone ? [...aloneSpots(input), ...spots] : spots
}

function aloneSpots(input: MetricSpotInput): BlindSpot[] {
  return [
    reachSpot(input),
    processSpot(input),
    ...sizeSpot(input),
    ...exercised(input),
    ...splitSpot(input),
  ]
}

function reachSpot({ table }: MetricSpotInput): BlindSpot {
  const keys = new Set(table.groups.flatMap(({ attributes }) => Object.keys(attributes)))
  const named = [...keys].toSorted().slice(0, 8).join(', ')
  return {
    kind: 'search-limit',
    subject: 'requests that only metrics count',
    title:
      'Judged by metrics alone: no silent failures, no cohorts beyond their attributes, no traces as examples',
    detail: `Only what the counters and histograms carry was compared: failures, durations within their buckets, and ${keys.size === 0 ? 'no further attributes, for there are none' : `the values of ${count(keys.size, 'attribute')} (${named}), one at a time`}. A request that reports success although something in it failed counts as good. Metrics arrive about every ${duration(table.intervalMillis / 1000)}, so the time is cut into blocks of ${duration(table.blockMillis / 1000)}.`,
  }
}

function processSpot({ table, judged }: MetricSpotInput): BlindSpot {
  const candidates = instancesOf(table.groups, 'candidate')
  const baselines = instancesOf(table.groups, 'baseline')
  const whole = judged.evaluated.find(({ claim }) => claim.id === 'known|failure-rate')
  const anonymous = [...candidates, ...baselines].includes('')
  const measured =
    whole === undefined
      ? ''
      : ` Failures cluster ${times(whole.spread.clustering)} times as much as independent ones would, and every count was divided by that; a rise of the failure rate up to ${times(whole.margin)} times is put down to differences between processes.`
  return {
    kind: 'search-limit',
    subject: 'requests of one process are not independent',
    title: `${processes(candidates.length)} of the candidate against ${candidates.length === 0 ? 'none' : baselines.length.toLocaleString('en-US')} of the baseline: a bad host can look like a bad release`,
    detail: `A counter adds up requests that may be retries of each other or share a host.${measured}${anonymous ? ' Some metrics carry no service.instance.id: several processes may be counted as one.' : ''}`,
  }
}

function sizeSpot({ release, table, judged, alpha }: MetricSpotInput): BlindSpot[] {
  const groups = table.groups.filter(({ role }) => role === 'server')
  const [candidate, baseline] = [volume(groups, 'candidate'), volume(groups, 'baseline')]
  if (candidate === 0 || baseline === 0) return []
  const failed = volume(
    groups.filter((group) => group.failed),
    'baseline',
  )
  const whole = judged.evaluated.find(({ claim }) => claim.id === 'known|failure-rate')
  const { clustering } = whole?.spread ?? { clustering: 1.5 }
  const ratio = minimumDetectableRatio({
    requests: (candidate + baseline) / clustering,
    // with no failure yet, the rate may still be so high
    baselineRate: Math.max(failed, 3) / Math.max(baseline, 6),
    candidateShare: candidate / (candidate + baseline),
    alpha: alpha * (whole?.claim.weight ?? 0.01),
  })
  const seen = `${count(Math.round(candidate), 'candidate request')} and ${Math.round(baseline).toLocaleString('en-US')} of the baseline`
  const least = ratio === null || whole === undefined ? null : ratio * whole.margin
  return [
    {
      kind: 'low-traffic',
      subject: `${release.service}, by its metrics`,
      title:
        least === null
          ? `No rise of the failure rate of ${release.service} would have been noticed yet`
          : `A failure rate of ${release.service} below ${times(least)} times the baseline's may go unnoticed`,
      detail: `With ${seen}, counted by metrics, a smaller rise becomes a finding with less than 80 % probability.`,
      ...(least !== null && { minimumDetectableEffect: least }),
    },
    ...coarseSpots(table),
  ]
}

/** Operations that are faster than the lowest bound of their histogram, where nothing tells durations apart. */
function coarseSpots({ groups, bounds }: MetricTable): BlindSpot[] {
  const coarse = [
    ...Map.groupBy(groups, ({ role, metric, operation }) =>
      JSON.stringify([role, metric, operation]),
    ),
  ].flatMap(([, own]) => {
    const [{ metric, operation, role }] = own as [(typeof own)[number]]
    const lowest = bounds.get(metric)?.[0]
    if (lowest === undefined || role !== 'server') return []
    let [fast, all] = [0, 0]
    for (const { durations } of own) {
      for (const block of durations) {
        fast += block?.[0] ?? 0
        block?.forEach((n) => (all += n))
      }
    }
    return all > 0 && fast / all > 0.9 ? [{ operation, lowest }] : []
  })
  if (coarse.length === 0) return []
  const names = coarse
    .slice(0, 5)
    .map(({ operation }) => operation)
    .join(', ')
  return [
    {
      kind: 'search-limit',
      subject: 'durations below the lowest bucket',
      title: `${count(coarse.length, 'operation')} would have to become slower than ${millis(coarse[0]!.lowest)} to be noticed`,
      detail: `More than 90 % of the requests to ${names} lie in the first bucket of the histogram: whatever happens within it is unseen. Finer buckets or exponential histograms would show it.`,
    },
  ]
}

/** Operations of the baseline that the candidate has hardly met. */
function exercised({ table }: MetricSpotInput): BlindSpot[] {
  const groups = table.groups.filter(({ role }) => role === 'server')
  const all = volume(groups, 'baseline')
  const thin = [...Map.groupBy(groups, ({ operation }) => operation)]
    .map(([operation, own]) => ({
      operation,
      baseline: volume(own, 'baseline'),
      candidate: volume(own, 'candidate'),
    }))
    .filter(({ baseline, candidate }) => baseline >= 0.005 * all && baseline > 0 && candidate < 30)
    .toSorted((a, b) => b.baseline - a.baseline)
  return thin.slice(0, 8).map(({ operation, candidate }): BlindSpot => ({
    kind: candidate === 0 ? 'not-exercised' : 'low-traffic',
    subject: `operation = ${JSON.stringify(operation)}`,
    title: `operation = ${JSON.stringify(operation)}: ${candidate === 0 ? 'no candidate request yet' : `only ${count(Math.round(candidate), 'candidate request')}`}`,
    detail: 'The baseline answers such requests; what the candidate does with them was not seen.',
    needs: { requests: Math.ceil(30 - candidate) },
  }))
}

function splitSpot({ candidateShare }: MetricSpotInput): BlindSpot[] {
  if (candidateShare === null) return []
  return [
    {
      kind: 'unequal-populations',
      subject: 'the declared split of the traffic',
      title: 'Whether the traffic is split as declared was not tested',
      detail:
        'Metrics count requests, not sessions or users: whether both sides serve the same kind of users cannot be told from them.',
    },
  ]
}

const processes = (n: number): string =>
  n === 1 ? '1 process' : `${n.toLocaleString('en-US')} processes`
