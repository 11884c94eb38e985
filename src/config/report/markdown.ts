/** A summary for a comment or a job's page. Pure. */
import type { ConfigReport } from '../config-report.ts'
import {
  byKind,
  byRule,
  countOf,
  outcomeText,
  placeText,
  ruleTitle,
  visibleText,
} from './finding-words.ts'

const mostOfARule = 50
const mostOfAKind = 10

export function markdownText(report: ConfigReport): string {
  const { command, headline, findings, accepted, notAnalysed, lookedAt } = report
  const lines = [
    `## aftergreen ${safe(command)}: ${outcomeText(report)}`,
    '',
    safe(headline),
    '',
    ...(lookedAt.length === 0 ? [] : [`Looked at: ${lookedAt.map(safe).join(', ')}.`, '']),
  ]
  for (const { rule, findings: group } of byRule(findings)) {
    lines.push(`### ${ruleTitle(rule)} (${group.length})`, '')
    lines.push('| | Key | Finding | Where |', '|---|---|---|---|')
    for (const { severity, key, message, hint, locations } of group.slice(0, mostOfARule)) {
      const where = locations.slice(0, 3).map((place) => code(placeText(place)))
      if (locations.length > 3) where.push(`${locations.length - 3} more`)
      const cells = [
        severity,
        key === undefined ? '' : code(key),
        `${safe(message)} ${safe(hint)}`,
        where.join('<br>'),
      ]
      lines.push(`| ${cells.join(' | ')} |`)
    }
    if (group.length > mostOfARule) lines.push('', `and ${group.length - mostOfARule} more`)
    lines.push('')
  }
  if (notAnalysed.length > 0) {
    lines.push(`### Not analysed (${notAnalysed.length})`, '')
    for (const { kind, items } of byKind(report)) {
      for (const { location, reason } of items.slice(0, mostOfAKind)) {
        const place = location === undefined ? '' : `${code(placeText(location))}: `
        lines.push(`- ${safe(ruleTitle(kind))}: ${place}${safe(reason)}`)
      }
      if (items.length > mostOfAKind) {
        lines.push(`- ${safe(ruleTitle(kind))}: ${items.length - mostOfAKind} more`)
      }
    }
    lines.push('')
  }
  if (accepted.length > 0) {
    lines.push(`The baseline file accepts ${countOf(accepted.length, 'finding')}.`, '')
  }
  return lines.join('\n')
}

/** Text that is no markup: names and expressions of strangers stand in it. */
function safe(text: string): string {
  return visibleText(text)
    .replaceAll(/[\\`*_{}[\]<>#|~!]/g, (character) => `\\${character}`)
    .replaceAll('@', '@\u200b')
}

/** Code in a cell of a table: a bar ends the cell even there, and backticks end the code. */
function code(text: string): string {
  const plain = visibleText(text)
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const space = plain.startsWith('`') || plain.endsWith('`') ? ' ' : ''
  return `${fence}${space}${plain.replaceAll('|', '\\|')}${space}${fence}`
}
