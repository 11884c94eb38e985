/** Workflow commands of GitHub Actions: each line becomes a mark on the changed files. Pure. */
import type { Severity } from '../config-finding.ts'
import type { ConfigReport } from '../config-report.ts'
import type { Location } from '../location.ts'
import { byRule, countOf, outcomeText, ruleTitle } from './finding-words.ts'

/** GitHub shows ten errors and ten warnings of a step; more than these only lengthen the log. */
const mostAnnotations = 50

/** `prefix`: what lies between the root of the repository and the folder that was looked at. */
export function githubAnnotations(report: ConfigReport, prefix = ''): string[] {
  const { findings, notAnalysed } = report
  const lines = byRule(findings)
    .flatMap(({ findings: group }) => group)
    .slice(0, mostAnnotations)
    .map(({ severity, rule, message, hint, locations }) =>
      command(commands[severity], ruleTitle(rule), `${message} ${hint}`, locations[0], prefix),
    )
  for (const { kind, reason, location } of notAnalysed.slice(0, mostAnnotations - lines.length)) {
    lines.push(command('warning', `Not analysed: ${ruleTitle(kind)}`, reason, location, prefix))
  }
  const left = findings.length + notAnalysed.length - lines.length
  if (left > 0) {
    const text = `${countOf(left, 'more is', 'more are')} in the report: ${outcomeText(report)}.`
    lines.push(command('notice', `aftergreen ${report.command}`, text, undefined, prefix))
  }
  return lines
}

const commands: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'notice' }

function command(
  name: string,
  title: string,
  text: string,
  location: Location | undefined,
  prefix: string,
): string {
  const properties = [
    ...(location === undefined
      ? []
      : [
          `file=${property(prefix + location.file)}`,
          `line=${location.line}`,
          ...(location.column === undefined ? [] : [`col=${location.column}`]),
        ]),
    `title=${property(title)}`,
  ]
  return `::${name} ${properties.join(',')}::${data(text)}`
}

/** The escapes of the runner: of the message, and of a property, which ends at `:` and `,` as well. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
