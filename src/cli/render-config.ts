import { createColors } from 'picocolors'

import type { ConfigFinding, Severity } from '../config/config-finding.ts'
import type { ConfigReport } from '../config/config-report.ts'
import {
  byKind,
  byRule,
  countOf,
  outcomeText,
  placeText,
  ruleTitle,
} from '../config/report/finding-words.ts'
import type { RenderOptions } from './render-verdict.ts'
import { cleanText, wrapText } from './wrap-text.ts'

const mostOfARule = 25
const mostOfAKind = 8

export interface ConfigText {
  /** Between the headline and the findings; ends without a line feed. */
  details?: string
  /** Entries of the baseline file that nothing answers to any more. */
  gone?: number
}

/** The answer of a `config` command as text for a terminal: a sentence first. Ends without a line feed. */
export function renderConfigReport(
  report: ConfigReport,
  options: RenderOptions,
  { details, gone = 0 }: ConfigText = {},
): string {
  const { bold, dim, red, yellow, cyan } = createColors(options.colour)
  const width = Math.max(40, Math.min(options.width, 120))
  const paint: Record<Severity, (text: string) => string> = {
    error: red,
    warning: yellow,
    note: cyan,
  }
  const lines = [bold(wrapText(cleanText(report.headline), width, ''))]
  if (report.lookedAt.length > 0) {
    lines.push(dim(wrapText(`Looked at ${cleanText(report.lookedAt.join(', '))}.`, width, '')))
  }
  if (details !== undefined && details !== '') lines.push('', details)
  for (const { rule, severity, findings } of byRule(report.findings)) {
    const families = familiesOf(findings)
    lines.push(
      '',
      `${bold(paint[severity](ruleTitle(rule)))} ${dim(`(${findings.length}, ${rule})`)}`,
    )
    for (const family of families.slice(0, mostOfARule)) {
      lines.push(...familyLines(family, width, paint[family[0]!.severity], dim))
    }
    if (families.length > mostOfARule) {
      const left = families.slice(mostOfARule).flat().length
      lines.push(dim(`  and ${left} more; --json lists all`))
    }
    const hints = new Set(findings.map(({ hint }) => hint))
    // hints that name their key are all alike but for it
    const hint = hints.size === 1 || families.length === 1 ? [...hints][0]! : undefined
    if (hint !== undefined && hint !== '')
      lines.push(dim(wrapText(`→ ${cleanText(hint)}`, width, '  ', '    ')))
  }
  if (report.notAnalysed.length > 0) {
    lines.push('', bold(yellow('Not analysed')))
    for (const { kind, items } of byKind(report)) {
      lines.push(`  ${ruleTitle(kind)} (${items.length})`)
      for (const { location, reason } of items.slice(0, mostOfAKind)) {
        const place = location === undefined ? '' : `${cleanText(placeText(location))}  `
        lines.push(dim(wrapText(`${place}${cleanText(reason)}`, width, '    ', '      ')))
      }
      if (items.length > mostOfAKind) {
        lines.push(dim(`    and ${items.length - mostOfAKind} more; --json lists all`))
      }
    }
  }
  const notes: string[] = []
  if (report.accepted.length > 0) {
    notes.push(`The baseline file accepts ${countOf(report.accepted.length, 'finding')}.`)
  }
  if (gone > 0) {
    notes.push(
      `${countOf(gone, 'entry', 'entries')} of the baseline file ${gone === 1 ? 'is' : 'are'} gone from the answer; --update-baseline removes ${gone === 1 ? 'it' : 'them'}.`,
    )
  }
  if (notes.length > 0) lines.push('', wrapText(notes.join(' '), width, ''))
  if (report.findings.length + report.notAnalysed.length > 0)
    lines.push('', `${outcomeText(report)}.`)
  return lines.join('\n')
}

/** Findings about keys that begin alike, in one component and file, when there are four or more: one line for all. */
export function familiesOf(findings: readonly ConfigFinding[]): ConfigFinding[][] {
  const groups = Map.groupBy(findings, ({ key, component, severity, locations, id }) =>
    key === undefined || key.split('_').length < 3
      ? id
      : [key.split('_').slice(0, 2).join('_'), component, severity, locations[0]?.file].join('\0'),
  )
  return [...groups.values()].flatMap((group) =>
    group.length >= 4 ? [group] : group.map((finding) => [finding]),
  )
}

function familyLines(
  family: readonly ConfigFinding[],
  width: number,
  paint: (text: string) => string,
  dim: (text: string) => string,
): string[] {
  const [first] = family
  if (first === undefined) return []
  const { severity, message, locations, key = '' } = first
  const place = locations[0] === undefined ? '' : cleanText(placeText(locations[0]))
  const head =
    family.length === 1
      ? message
      : `${key.split('_').slice(0, 2).join('_')}_*: ${family.length} keys`
  const text = wrapText(cleanText(head), width - 9, '', '           ')
  const names = family.map((finding) => (finding.key ?? '').split('_').slice(2).join('_'))
  return [
    `  ${paint(severity.padEnd(8))} ${text}`,
    ...(family.length === 1
      ? []
      : [wrapText(cleanText(names.join(', ')), width, '           ', '           ')]),
    ...(place === ''
      ? []
      : [
          dim(
            `           ${place}${locations.length > 1 && family.length === 1 ? ` and ${locations.length - 1} more` : ''}`,
          ),
        ]),
  ]
}
