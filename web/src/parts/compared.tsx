import type {
  Comparison,
  Evidence,
  HistoryComparison,
  Verdict,
} from '../../../src/releases/verdict.ts'
import { formatCountOf, formatRatio, formatShare } from '../format/number.ts'
import { describeEValue } from '../format/e-value.ts'
import { formatClock, formatSpan } from '../format/time.ts'
import { PopulationShift } from './population-shift.tsx'
import { Section } from './section.tsx'

/** Who was compared with whom, as a sentence with counts, and whether the two may be compared at all. */
export function Compared(props: { verdict: Verdict; evidence: Evidence | undefined; now: number }) {
  const { verdict, evidence, now } = props
  const { comparison } = verdict
  return (
    <Section id="compared" title="What was compared">
      <p className="lede">{describe(verdict, evidence, now)}</p>
      <p>{describeShare(comparison, isByMetrics(comparison, evidence))}</p>
      {comparison.history && <p>{describeHistory(comparison.history)}</p>}
      {evidence && <p>{describeSearch(evidence)}</p>}
      {comparison.populationShift.length > 0 && (
        <PopulationShift release={verdict.release} shifts={comparison.populationShift} />
      )}
    </Section>
  )
}

function describe({ release, comparison }: Verdict, evidence: Evidence | undefined, now: number) {
  const { baselineKind, baselineWindow, candidateWindow } = comparison
  const dashboard = evidence?.dashboard
  const old = release.baselineVersion ?? 'the version before'
  const requests = (side: 'baseline' | 'candidate') =>
    dashboard ? formatCountOf(dashboard[side].requests, 'request') : 'the requests'
  const candidate = `${requests('candidate')} that met ${release.version}`
  if (candidateWindow === null) {
    return `Nothing yet: no request has met ${release.version} since the release began.`
  }
  const window = describeWindow(candidateWindow, now)
  if (baselineKind === 'none') {
    return `There is nothing to compare with. Seen: ${candidate}, ${window}.`
  }
  if (baselineKind !== 'concurrent') {
    const before = baselineWindow === null ? '' : `, ${describeWindow(baselineWindow, now)}`
    const beside = dashboard?.baseline.requests ?? 0
    const rest = beside === 0 ? '' : ` Beside them, ${requests('baseline')} met ${old}.`
    return `${candidate}, ${window}, against what the service did before the release${before}.${rest}`
  }
  if (isByMetrics(comparison, evidence)) {
    return `${release.version} against ${old} at the same time, as metrics count their requests: ${window}. In traces: ${requests('candidate')} of the one, ${requests('baseline')} of the other.`
  }
  return `${candidate}, against ${requests('baseline')} that met ${old} at the same time: ${window}.`
}

/** Where one side has no traces, metrics alone tell the two apart. */
function isByMetrics({ baselineKind }: Comparison, evidence: Evidence | undefined): boolean {
  if (baselineKind !== 'concurrent' || evidence === undefined) return false
  const { baseline, candidate } = evidence.dashboard
  return baseline.requests === 0 || candidate.requests === 0
}

function describeWindow({ from, to }: { from: string; to: string }, now: number): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  const clock = (at: string) => formatClock(at, now, seconds < 180 ? 'second' : 'minute')
  return `${formatSpan(seconds)}, from ${clock(from)} to ${clock(to)}`
}

function describeShare(
  { candidateShare, sampleRatioMismatch }: Comparison,
  ofRequests: boolean,
): string {
  if (candidateShare === null) return 'No unit has met either side yet.'
  const { expectedShare, eValue, mismatch } = sampleRatioMismatch
  const units = ofRequests ? 'requests' : 'units (one trace using one operation)'
  const met = `${formatShare(candidateShare)} of the ${units} met the new version`
  if (expectedShare === null) return `${met}. The release declared no share, so none was tested.`
  const declared = `the release declared ${formatShare(expectedShare)}`
  return mismatch
    ? `${met}, but ${declared}: the split is not the one intended, so the two sides may differ in more than the version. ${describeEValue(eValue, 'the split were as declared')}`
    : `${met}; ${declared}, and the difference is within chance.`
}

function describeHistory(history: HistoryComparison): string {
  const { hourClass, window, replayedCuts, margin, isCalibrated } = history
  const seconds = (Date.parse(window.to) - Date.parse(window.from)) / 1000
  const sure = isCalibrated
    ? `how much moves by itself was measured on ${formatCountOf(replayedCuts, 'replayed cut')} of the past`
    : 'there is too little history to measure how much moves by itself'
  return `All versions together were compared with ${formatSpan(seconds)} before the release, too (${hourClass}); ${sure}: a rise of failures counts from ${formatRatio(margin)} on.`
}

function describeSearch({ searched }: Evidence): string {
  const { units, sampledFrom, attributes, cells, looks } = searched
  if (cells === 0) return 'No cohort has been searched yet.'
  const sample = sampledFrom > units ? `, a sample of ${formatCountOf(sampledFrom, 'unit')}` : ''
  return `Searched: ${formatCountOf(cells, 'cohort')} over ${formatCountOf(attributes, 'attribute')} in ${formatCountOf(units, 'unit')}${sample}, looked at ${looks === 1 ? 'once' : `${looks.toLocaleString('en')} times`}.`
}
