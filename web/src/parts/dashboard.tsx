import type { Release } from '../../../src/releases/release.ts'
import type { DashboardSide, Evidence } from '../../../src/releases/verdict.ts'
import { formatCount, formatMs, formatShare } from '../format/number.ts'
import { Section } from './section.tsx'

interface Row {
  name: string
  show: (side: DashboardSide) => string | null
  difference: (baseline: DashboardSide, candidate: DashboardSide) => string
}

const rows: Row[] = [
  { name: 'Requests', show: ({ requests }) => formatCount(requests), difference: () => '' },
  {
    name: 'Error rate',
    show: ({ errorRate }) => (errorRate === null ? null : formatShare(errorRate)),
    difference: (baseline, candidate) => points(baseline.errorRate, candidate.errorRate),
  },
  {
    name: 'p50',
    show: ({ p50Ms }) => (p50Ms === null ? null : formatMs(p50Ms)),
    difference: (baseline, candidate) => percent(baseline.p50Ms, candidate.p50Ms),
  },
  {
    name: 'p99',
    show: ({ p99Ms }) => (p99Ms === null ? null : formatMs(p99Ms)),
    difference: (baseline, candidate) => percent(baseline.p99Ms, candidate.p99Ms),
  },
]

/** The same release as an ordinary dashboard shows it: the whole service, no cohorts. */
export function Dashboard(props: {
  release: Release
  evidence: Evidence | undefined
  findings: number
}) {
  const { release, evidence, findings } = props
  if (evidence === undefined) return null
  const { baseline, candidate } = evidence.dashboard
  return (
    <Section
      id="dashboard"
      title="What a dashboard shows"
      note="The same requests, the whole service in one figure each."
    >
      <div className="table-frame" tabIndex={0} role="region" aria-label="What a dashboard shows">
        <table className="figures">
          <thead>
            <tr>
              <td />
              <th scope="col">
                {release.baselineVersion ?? 'before'} <span>baseline</span>
              </th>
              <th scope="col">
                {release.version} <span>candidate</span>
              </th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, show, difference }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{show(baseline) ?? 'no data'}</td>
                <td>{show(candidate) ?? 'no data'}</td>
                <td className="quiet">{difference(baseline, candidate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {findings > 0 && (
        <p className="quiet">
          A finding about few requests hardly moves figures about all of them: compare with the
          findings above.
        </p>
      )}
    </Section>
  )
}

function points(baseline: number | null, candidate: number | null): string {
  if (baseline === null || candidate === null) return ''
  return `${signed((candidate - baseline) * 100, 2)} points`
}

function percent(baseline: number | null, candidate: number | null): string {
  if (baseline === null || candidate === null || baseline === 0) return ''
  return `${signed((candidate / baseline - 1) * 100, 1)}\u202f%`
}

/** With its sign, a real minus included. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return `±${text}`
  return `${value < 0 ? '−' : '+'}${text}`
}
