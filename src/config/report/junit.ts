/** JUnit's XML, as CI servers read it: a suite a rule, a failed case a finding, an error what was not analysed. Pure. */
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { byKind, byRule, placeText } from './finding-words.ts'

interface Case {
  name: string
  className: string
  file: string | undefined
  line: number | undefined
  /** What stands inside; '' = the case passed. */
  inside: string
}

/** Where nothing was found and all was analysed, one passing case tells what was looked at. */
export function junitText(report: ConfigReport): string {
  const suites = [
    ...byRule(report.findings).map(({ rule, findings }) => ({
      name: rule,
      cases: findings.map(failed),
    })),
    ...byRule(report.accepted).map(({ rule, findings }) => ({
      name: `${rule} (accepted)`,
      cases: findings.map(skipped),
    })),
    ...byKind(report).map(({ kind, items }) => ({
      name: `not analysed: ${kind}`,
      cases: items.map(unknown),
    })),
  ]
  if (report.findings.length === 0 && report.notAnalysed.length === 0) {
    suites.push({
      name: report.command,
      cases: [
        {
          name: report.headline,
          className: report.command,
          file: undefined,
          line: undefined,
          inside: '',
        },
      ],
    })
  }
  const lines = suites.flatMap(({ name, cases }) => [
    `  <testsuite name="${xmlText(name)}" ${counts(cases)}>`,
    ...cases.map(caseText),
    '  </testsuite>',
  ])
  const all = suites.flatMap(({ cases }) => cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="aftergreen ${xmlText(report.command)}" ${counts(all)}>`,
    ...lines,
    '</testsuites>',
    '',
  ].join('\n')
}

function counts(cases: readonly Case[]): string {
  const of = (element: string): number =>
    cases.filter(({ inside }) => inside.startsWith(`<${element}`)).length
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}"`
}

function caseText({ name, className, file, line, inside }: Case): string {
  const place =
    file === undefined
      ? ''
      : ` file="${xmlText(file)}"${line === undefined ? '' : ` line="${line}"`}`
  const head = `    <testcase name="${xmlText(name)}" classname="${xmlText(className)}"${place} time="0"`
  return inside === '' ? `${head}/>` : `${head}>${inside}</testcase>`
}

function failed(finding: ConfigFinding): Case {
  const { severity, message, hint, locations } = finding
  const body = [message, hint, ...locations.slice(0, 20).map(placeText)].join('\n')
  return {
    ...about(finding),
    inside: `<failure type="${severity}" message="${xmlText(message)}">${xmlText(body)}</failure>`,
  }
}

function skipped(finding: ConfigFinding): Case {
  const message = `Accepted by the baseline file: ${finding.message}`
  return { ...about(finding), inside: `<skipped message="${xmlText(message)}"/>` }
}

function unknown({ kind, id, location, reason }: NotAnalysed): Case {
  const body = location === undefined ? reason : `${reason}\n${placeText(location)}`
  return {
    name: `${location === undefined ? kind : placeText(location)} [${id}]`,
    className: kind,
    file: location?.file,
    line: location?.line,
    inside: `<error type="not analysed" message="${xmlText(reason)}">${xmlText(body)}</error>`,
  }
}

function about({
  id,
  rule,
  key,
  component,
  environments,
  locations,
}: ConfigFinding): Omit<Case, 'inside'> {
  const where = [key, ...environments, component].filter(
    (part) => part !== undefined && part !== '',
  )
  return {
    name: `${where.join(' ') || (locations[0]?.file ?? rule)} [${id}]`,
    className: rule,
    file: locations[0]?.file,
    line: locations[0]?.line,
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** For attributes and text; what XML 1.0 cannot hold at all becomes U+FFFD. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"\n\t]/g, (character) => entities[character] ?? character)
}
