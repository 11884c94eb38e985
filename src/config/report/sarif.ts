/** SARIF 2.1.0 (OASIS standard of 2020-03-27), as code scanning services take it. Pure. */
import type { ConfigFinding, Severity } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { exitCodeOf } from '../config-report.ts'
import type { Location } from '../location.ts'
import { ruleTitle } from './finding-words.ts'

const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
/** More locations than these tell a reader nothing. */
const mostRelated = 20

interface SarifLocation {
  id?: number
  physicalLocation: {
    artifactLocation: { uri: string; uriBaseId: string }
    region: { startLine: number; startColumn?: number }
  }
}

/**
 * One run. Results carry the finding's id as their only partial fingerprint; what could not be analysed are notifications
 * of the invocation, which is then told to be unsuccessful; accepted findings are suppressed results.
 */
export function sarifText(report: ConfigReport, version: string): string {
  const all = [...report.findings, ...report.accepted]
  const rules = [...new Set(all.map(({ rule }) => rule))].toSorted()
  const ruleIndex = new Map(rules.map((rule, index) => [rule, index]))
  const worst = new Map<string, Severity>()
  for (const { rule, severity } of all) {
    const known = worst.get(rule)
    if (known === undefined || levels.indexOf(severity) < levels.indexOf(known)) {
      worst.set(rule, severity)
    }
  }
  const kinds = [...new Set(report.notAnalysed.map(({ kind }) => kind))].toSorted()
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Aftergreen',
            semanticVersion: version,
            rules: rules.map((rule) => ({
              id: rule,
              name: ruleTitle(rule).replaceAll(/ (\w)/g, (_, letter: string) =>
                letter.toUpperCase(),
              ),
              shortDescription: { text: `${ruleTitle(rule)}.` },
              defaultConfiguration: { level: worst.get(rule) ?? 'warning' },
            })),
            notifications: kinds.map((kind) => ({
              id: kind,
              shortDescription: { text: `${ruleTitle(kind)}: not analysed.` },
            })),
          },
        },
        automationDetails: { id: `aftergreen/${report.command.replaceAll(' ', '-')}/` },
        originalUriBaseIds: {
          SRCROOT: { description: { text: 'The folder that was looked at.' } },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.notAnalysed.length === 0,
            exitCode: exitCodeOf(report),
            toolExecutionNotifications: report.notAnalysed.map((item) =>
              notification(item, kinds.indexOf(item.kind)),
            ),
          },
        ],
        results: [
          ...report.findings.map((finding) => result(finding, ruleIndex, false)),
          ...report.accepted.map((finding) => result(finding, ruleIndex, true)),
        ],
        properties: { headline: report.headline, lookedAt: report.lookedAt },
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

const levels: readonly Severity[] = ['error', 'warning', 'note']

function result(
  finding: ConfigFinding,
  ruleIndex: ReadonlyMap<string, number>,
  accepted: boolean,
): object {
  const { id, rule, severity, message, hint, locations, key, component, environments } = finding
  const [first, ...others] = locations
  return {
    ruleId: rule,
    ruleIndex: ruleIndex.get(rule) ?? 0,
    level: severity,
    message: { text: `${message} ${hint}`.trim() },
    locations: first === undefined ? [] : [sarifLocation(first)],
    ...(others.length === 0
      ? {}
      : {
          relatedLocations: others
            .slice(0, mostRelated)
            .map((location, index) => ({ id: index + 1, ...sarifLocation(location) })),
        }),
    partialFingerprints: { 'aftergreenFinding/v1': id },
    ...(accepted
      ? { suppressions: [{ kind: 'external', justification: 'Accepted by the baseline file.' }] }
      : {}),
    properties: {
      evidence: finding.evidence,
      ...(key === undefined ? {} : { key }),
      ...(component === undefined ? {} : { component }),
      ...(environments.length === 0 ? {} : { environments }),
      ...(finding.effect === undefined ? {} : { effect: finding.effect }),
    },
  }
}

function notification({ kind, reason, location, id }: NotAnalysed, index: number): object {
  return {
    descriptor: { id: kind, index },
    level: 'warning',
    message: { text: reason },
    ...(location === undefined ? {} : { locations: [sarifLocation(location)] }),
    properties: { id },
  }
}

function sarifLocation({ file, line, column }: Location): SarifLocation {
  return {
    physicalLocation: {
      artifactLocation: { uri: relativeUri(file), uriBaseId: 'SRCROOT' },
      region: {
        startLine: Math.max(1, line),
        ...(column === undefined ? {} : { startColumn: Math.max(1, column) }),
      },
    },
  }
}

/** A path of the repository as a relative reference of RFC 3986; a colon may not look like a scheme. */
export function relativeUri(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
}
