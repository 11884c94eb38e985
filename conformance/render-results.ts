import type { ConformanceCase, Level } from './conformance-case.ts'
import type { CaseResult } from './run-cases.ts'
import { totalsOf } from './run-cases.ts'
import type { SelfCheckRow } from './self-check.ts'

const levels: readonly Level[] = ['MUST', 'SHOULD', 'MAY']
const areaOf = ({ id }: ConformanceCase): string => id.slice(0, id.indexOf('/'))
const signs = { passed: 'passed ', failed: 'FAILED ', 'not-run': 'not run' } as const

/** What a failed case that is no MUST means. */
const verdictOf = ({ outcome, case: { level } }: CaseResult): string =>
  outcome === 'failed' && level !== 'MUST' ? 'warning' : signs[outcome]

export function renderResults(results: readonly CaseResult[]): string {
  const lines: string[] = []
  for (const [area, group] of byArea(results, (result) => result.case)) {
    lines.push('', area)
    for (const result of group) {
      const { id, level } = result.case
      const reason = result.outcome === 'not-run' ? `  ${result.reason}` : ''
      lines.push(`  ${verdictOf(result)}  ${level.padEnd(6)}  ${id}${reason}`)
    }
  }
  for (const result of results.filter(({ outcome }) => outcome === 'failed')) {
    lines.push('', ...failureLines(result))
  }
  lines.push('', ...totalLines(results))
  return lines.slice(1).join('\n')
}

function failureLines(result: CaseResult): string[] {
  const { id, level, section, sends, expects } = result.case
  return [
    `${verdictOf(result).trim()}: ${id} (${level})`,
    `  sent       ${sends}`,
    `  expected   ${expects}`,
    `  seen       ${result.reason}`,
    ...(result.exchange === undefined
      ? []
      : [`  request    ${result.exchange.sent}`, `  answer     ${result.exchange.seen}`]),
    `  cites      ${section.document}, "${section.heading}"`,
    `             ${section.url}`,
  ]
}

function totalLines(results: readonly CaseResult[]): string[] {
  const totals = totalsOf(results)
  const rows = levels.map((level) => {
    const { passed, failed, notRun } = totals[level]
    const of = `${passed} of ${passed + failed} passed`
    return `${level.padEnd(6)}  ${of}${notRun > 0 ? `, ${notRun} not run` : ''}`
  })
  const { failed } = totals.MUST
  const end =
    failed > 0
      ? `The server does not conform: ${failed} MUST failed.`
      : 'Every MUST that was run passed.'
  return [...rows, '', end]
}

export function renderList(cases: readonly ConformanceCase[]): string {
  const lines = [...byArea(cases, (item) => item)].flatMap(([area, group]) => [
    '',
    `${area} (${group.length})`,
    ...group.flatMap(({ id, level, section, sends, expects }) => [
      `  ${id}  ${level}`,
      `    sends    ${sends}`,
      `    expects  ${expects}`,
      `    cites    ${section.document}, "${section.heading}"`,
    ]),
  ])
  return [...lines.slice(1), '', `${cases.length} cases`].join('\n')
}

export function renderSelfCheck(rows: readonly SelfCheckRow[]): string {
  const lines = rows.flatMap(({ id, fault, seenToFail, reason, falseAlarm }) => [
    `${seenToFail ? 'seen to fail ' : 'NEVER FAILED '}  ${id}`,
    `    a server that ${fault}: ${reason}`,
    ...(falseAlarm === '' ? [] : [`    AND THE REFERENCE SERVER WITHOUT A FAULT: ${falseAlarm}`]),
  ])
  const failed = rows.filter(({ seenToFail }) => seenToFail).length
  const alarms = rows.filter(({ falseAlarm }) => falseAlarm !== '').length
  return [
    ...lines,
    '',
    `${failed} of ${rows.length} cases were seen to fail.`,
    `${rows.length - alarms} of ${rows.length} pass on the reference server without a fault.`,
  ].join('\n')
}

/** The document of --json. */
export const resultsDocument = (results: readonly CaseResult[]): object => ({
  totals: totalsOf(results),
  cases: results.map(({ case: of, ...result }) => ({ ...described(of), ...result })),
})

export const listDocument = (cases: readonly ConformanceCase[]): object => ({
  cases: cases.map(described),
})

function described({ id, level, section, sends, expects }: ConformanceCase): object {
  return { id, level, section, sends, expects }
}

function byArea<T>(items: readonly T[], caseOf: (item: T) => ConformanceCase): Map<string, T[]> {
  return Map.groupBy(items, (item) => areaOf(caseOf(item)))
}
