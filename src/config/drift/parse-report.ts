import { configReportProtocol, isKeyName, sourceKinds } from './config-reporter.ts'
import type { ProcessConfigReport, ReportedKey, SourceKind } from './config-reporter.ts'

export interface ParsedReports {
  reports: ProcessConfigReport[]
  /** One sentence each; never anything of what was read but its place. */
  problems: string[]
}

const mostKeys = 10_000
const mostReports = 20_000
const mostProblems = 20

/**
 * Reads reports of processes: one JSON object, a list of them, or one on each line. What they say is checked and taken
 * field by field, since anybody may have written it; what is not of the protocol is dropped. Never throws.
 */
export function parseReports(text: string): ParsedReports {
  const parsed: ParsedReports = { reports: [], problems: [] }
  for (const [index, item] of itemsOf(text).entries()) {
    if (index >= mostReports) {
      parsed.problems.push(`Only the first ${mostReports} reports are looked at.`)
      break
    }
    const report = reportOf(item)
    if (typeof report !== 'string') parsed.reports.push(report)
    else if (parsed.problems.length < mostProblems) {
      parsed.problems.push(index === 0 ? report : `Report ${index + 1}: ${report}`)
    }
  }
  return parsed
}

function itemsOf(text: string): unknown[] {
  const whole = jsonOf(text)
  if (Array.isArray(whole)) return whole
  if (whole !== undefined) return [whole]
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 0 ? [undefined] : lines.map(jsonOf)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // the message of the parser quotes what it read
    return undefined
  }
}

function reportOf(item: unknown): ProcessConfigReport | string {
  if (!isRecord(item)) return 'This is no JSON object.'
  if (item['protocol'] !== configReportProtocol) {
    return `This is no report of the protocol ${configReportProtocol}.`
  }
  const { release, environment, component, instance, loadedAt, contractDigest, keyId, digest } =
    item
  const wrong = (field: string): string => `The field ${field} is not what the protocol says.`
  if (!isName(environment)) return wrong('environment')
  if (!isName(component)) return wrong('component')
  if (!isName(instance)) return wrong('instance')
  if (release !== null && !isName(release)) return wrong('release')
  if (contractDigest !== null && !isPrint(contractDigest)) return wrong('contractDigest')
  if (!isTime(loadedAt)) return wrong('loadedAt')
  if (!isPrint(keyId)) return wrong('keyId')
  if (!isPrint(digest)) return wrong('digest')
  const keys = keysOf(item['keys'])
  if (keys === undefined) return wrong('keys')
  const unknown = item['unknownKeys']
  if (!Array.isArray(unknown) || unknown.length > 1000) return wrong('unknownKeys')
  return {
    protocol: configReportProtocol,
    release,
    environment,
    component,
    instance,
    loadedAt: new Date(loadedAt).toISOString(),
    contractDigest,
    keyId,
    digest,
    keys,
    unknownKeys: unknown.filter((name) => typeof name === 'string' && isKeyName(name)) as string[],
  }
}

function keysOf(value: unknown): Record<string, ReportedKey> | undefined {
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value)
  if (entries.length > mostKeys) return undefined
  const keys: [string, ReportedKey][] = []
  for (const [name, key] of entries) {
    if (!isKeyName(name) || !isRecord(key)) return undefined
    const { state, source, fingerprint } = key
    if (state !== 'set' && state !== 'empty' && state !== 'unset') return undefined
    if (!isSource(source) || !isPrint(fingerprint)) return undefined
    keys.push([name, { state, source, fingerprint }])
  }
  return Object.fromEntries(keys)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPrint = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{16}$/.test(value)

const isSource = (value: unknown): value is SourceKind =>
  sourceKinds.some((source) => source === value)

/** Printable, on one line, not long. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 200 && /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(value)

const isTime = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value) &&
  !Number.isNaN(Date.parse(value))
