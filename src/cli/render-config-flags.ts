import { createColors } from 'picocolors'

import type { FlagRow } from '../config/flags/flag-table.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, columnsOf, wrapText } from './wrap-text.ts'

const mostRules = 5

/** The decision tables: of each flag one line an environment, and what happens without the service. */
export function renderFlagTable(
  rows: readonly FlagRow[],
  options: RenderOptions,
  most: number,
): string {
  const { bold, dim } = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 120))
  const lines: string[] = []
  for (const row of rows.slice(0, most)) {
    const purpose = row.purpose === undefined ? '' : `, ${row.purpose}`
    lines.push(`${bold(cleanText(row.key))} ${dim(`(${row.platform}${purpose})`)}`)
    const table = [
      ['', 'now', 'switched on', 'switched off', 'service down'],
      ...row.environments.map((it) => [
        it.name,
        it.now,
        it.platformDefault,
        it.platformDisabled,
        it.codeDefault,
      ]),
    ].map((cells) => cells.map(cleanText))
    const widths = [0, 1, 2, 3, 4].map((column) =>
      Math.min(28, Math.max(...table.map((cells) => columnsOf(cells[column] ?? '')))),
    )
    for (const [index, cells] of table.entries()) {
      const text = cells
        .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column]! - columnsOf(cell))))
        .join('  ')
        .trimEnd()
      lines.push(index === 0 ? dim(`  ${text}`) : `  ${text}`)
    }
    for (const { name, rules } of row.environments) {
      for (const rule of rules.slice(0, mostRules)) {
        lines.push(dim(wrapText(cleanText(`${name}, ${rule.name}: ${rule.gets}`), width, '    ')))
      }
      if (rules.length > mostRules)
        lines.push(dim(`    and ${rules.length - mostRules} more rules`))
    }
    lines.push(wrapText(cleanText(row.sentence), width, '  '), '')
  }
  if (rows.length > most)
    lines.push(dim(`${rows.length - most} more flags: --table shows all.`), '')
  return lines.slice(0, -1).join('\n')
}
