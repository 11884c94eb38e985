import type { TortureReport } from './run-torture.ts'

/** The report as a table, the answer first. */
export function describeReport(report: TortureReport): string {
  const { counts, faults, isClean, notLookedAt } = report
  const rows = [
    ['', 'spans', 'log records'],
    ...(['acknowledged', 'stored', 'unacknowledged', 'lost', 'doubled'] as const).map((key) => [
      key === 'unacknowledged' ? 'stored, not acknowledged' : key,
      String(counts.traces[key]),
      String(counts.logs[key]),
    ]),
  ]
  return [
    isClean
      ? 'Everything that was acknowledged is stored, once.'
      : 'FAILED: acknowledged telemetry was lost or doubled.',
    '',
    ...Object.entries(faults).map(([fault, count]) => `${fault.padEnd(26)} ${column(count)}`),
    '',
    ...rows.map(([name = '', spans = '', logs = '']) => {
      return `${name.padEnd(26)} ${column(spans)} ${column(logs)}`
    }),
    '',
    `${'senders'.padEnd(26)} ${report.protocols.join(', ')}`,
    `${'batches sent again'.padEnd(26)} ${column(report.retries)}`,
    `${'segments set aside'.padEnd(26)} ${column(report.setAside)}`,
    `${'longest outage, s'.padEnd(26)} ${column(report.longestOutageSeconds.toFixed(1))}`,
    `${'seconds'.padEnd(26)} ${column(report.seconds.toFixed(0))}`,
    ...notLookedAt.map((what) => `Not looked at: ${what}.`),
  ].join('\n')
}

const column = (value: number | string): string => String(value).padStart(12)
