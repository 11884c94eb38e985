import { createColors } from 'picocolors'
import { formatCount, formatShare } from '../../src/cli/format-value.ts'
import { type RenderOptions, renderVerdict } from '../../src/cli/render-verdict.ts'
import type { DashboardSide, Evidence, Verdict } from '../../src/releases/verdict.ts'

/** The line that is shown while traffic flows: `sent` by the customers, judged of the baseline and of the candidate. */
export function progressLine(
  verdict: Verdict | null,
  evidence: Evidence | null,
  sent: number,
  secondsLeft: number,
): string {
  const left = Math.max(0, Math.ceil(secondsLeft))
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  const requests = `${formatCount(sent)} requests`
  if (verdict === null || evidence === null) return `  ${clock}  ·  ${requests}  ·  none judged yet`
  const { baseline, candidate } = evidence.dashboard
  const met = verdict.evidencePlan.filter((requirement) => requirement.state === 'met').length
  const parts = [
    clock,
    requests,
    `judged: ${formatCount(baseline.requests)} and ${formatCount(candidate.requests)}`,
    `evidence: ${met} of ${verdict.evidencePlan.length} requirements`,
    `findings: ${verdict.findings.length}`,
    verdict.verdict,
  ]
  return `  ${parts.join('  ·  ')}`
}

/** What an ordinary dashboard shows of both versions: no more than error rate and percentiles. */
export function dashboardPanel(
  dashboard: Evidence['dashboard'],
  versions: { baseline: string; candidate: string },
  options: Pick<RenderOptions, 'colour'>,
): string {
  const { bold, dim } = createColors(options.colour)
  const row = (name: string, of: (side: DashboardSide) => string): string =>
    `  ${dim(name.padEnd(12))}${of(dashboard.baseline).padStart(12)}${of(dashboard.candidate).padStart(12)}`
  return [
    bold('What a dashboard shows'),
    `  ${dim(`checkout`.padEnd(12) + versions.baseline.padStart(12) + versions.candidate.padStart(12))}`,
    row('requests', (side) => formatCount(side.requests)),
    row('error rate', (side) => (side.errorRate === null ? '-' : formatShare(side.errorRate))),
    row('p50', (side) => milliseconds(side.p50Ms)),
    row('p99', (side) => milliseconds(side.p99Ms)),
  ].join('\n')
}

/** The verdict, under its own heading. */
export function verdictPanel(verdict: Verdict, options: RenderOptions): string {
  const { bold } = createColors(options.colour)
  return `${bold('What Aftergreen shows')}\n\n${renderVerdict(verdict, options)}`
}

function milliseconds(value: number | null): string {
  if (value === null) return '-'
  return value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`
}
