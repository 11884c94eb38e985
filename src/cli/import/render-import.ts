import { createColors } from 'picocolors'
import { formatCount } from '../format-value.ts'
import type { RenderOptions } from '../render-verdict.ts'
import { cleanText, wrapText } from '../wrap-text.ts'
import type { ImportCounts, ImportReport } from './import-report.ts'

/** What became of an import, as text for a terminal. Ends without a line feed. */
export function renderImport(report: ImportReport, options: RenderOptions): string {
  const colours = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 110))
  const lines: string[] = []
  for (const file of report.files) {
    const name = cleanText(file.file === '-' ? 'standard input' : file.file)
    lines.push(wrapText(`${colours.bold(name)}  ${countsOf(file)}`, width, '', '  '))
    for (const { where, message } of file.problems) {
      lines.push(wrapText(`${where}: ${cleanText(message)}`, width, '  ', '    '))
    }
    const more = file.bad - file.problems.length
    if (more > 0) lines.push(`  and ${formatCount(more)} more`)
  }
  if (report.files.length > 1)
    lines.push(wrapText(`${colours.bold('Together')}  ${countsOf(report)}`, width, '', '  '))
  if (report.tooOld > 0) {
    lines.push(
      wrapText(
        colours.yellow(
          `${formatCount(report.tooOld)} records are older than what is kept and are dropped within a minute. Raise AFTERGREEN_RETENTION of the server, and import into a new data folder, to keep them.`,
        ),
        width,
        '',
      ),
    )
  }
  return lines.join('\n')
}

function countsOf({ requests, accepted, rejected, duplicate, bad }: ImportCounts): string {
  const parts = [
    `${formatCount(accepted)} records of ${formatCount(requests)} requests stored`,
    duplicate === 0 ? '' : `${formatCount(duplicate)} requests were stored before`,
    rejected === 0 ? '' : `${formatCount(rejected)} records rejected`,
    bad === 0 ? '' : `${formatCount(bad)} could not be used`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
