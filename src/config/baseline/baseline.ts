/**
 * The baseline file: what was wrong before anybody looked, by the ids of findings and of what was not analysed. It may
 * only shrink, unless somebody says why it may grow. Pure: reading and writing the file is the command line's part.
 */
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { AftergreenError } from '../../errors.ts'

export interface BaselineEntry {
  id: string
  /** `config scan`: an entry is looked for by the command that made it only. */
  command: string
  /** The rule of a finding; the kind of what was not analysed. */
  rule: string
  /** For people; only `id` and `command` count. */
  key?: string
  file?: string
  /** Why it was let in after the file was begun. */
  reason?: string
}

export interface Baseline {
  version: 1
  entries: readonly BaselineEntry[]
}

/** More entries than these are no exceptions. */
const mostEntries = 100_000

/** @throws CONFIG_BASELINE where the text is not such a file. */
export function parseBaseline(text: string, file: string): Baseline {
  const refuse = (what: string): never => {
    throw new AftergreenError('CONFIG_BASELINE', `The baseline file ${file} ${what}.`, {
      hint: 'Restore it from version control, or remove it and write it anew with --update-baseline.',
    })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refuse('is no valid JSON')
  }
  if (!isRecord(json) || json['version'] !== 1) return refuse('is not of version 1')
  const { entries } = json
  if (!Array.isArray(entries)) return refuse('has no list of entries')
  if (entries.length > mostEntries) return refuse(`has more than ${mostEntries} entries`)
  return {
    version: 1,
    entries: entries.map((entry: unknown, index) => {
      const at = `has an entry without id, command or rule (number ${index + 1})`
      if (!isRecord(entry)) return refuse(at)
      const { id, command, rule, key, file: path, reason } = entry
      if (typeof id !== 'string' || typeof command !== 'string' || typeof rule !== 'string') {
        return refuse(at)
      }
      return {
        id,
        command,
        rule,
        ...(typeof key === 'string' ? { key } : {}),
        ...(typeof path === 'string' ? { file: path } : {}),
        ...(typeof reason === 'string' ? { reason } : {}),
      }
    }),
  }
}

/** In a fixed order, an entry a line, so that two branches that shrink it merge. */
export function baselineText({ entries }: Baseline): string {
  const sorted = entries.toSorted((a, b) => (sortName(a) < sortName(b) ? -1 : 1))
  const lines = sorted.map((entry) => `    ${JSON.stringify(entry)}`)
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`
  return `{\n  "version": 1,\n  "entries": ${list}\n}\n`
}

export interface BaselineApplied {
  report: ConfigReport
  /** Entries of this command that nothing answers to any more. */
  gone: BaselineEntry[]
}

/** Accepted findings no longer fail; what is accepted as not analysed no longer makes the answer incomplete. */
export function applyBaseline(report: ConfigReport, baseline: Baseline): BaselineApplied {
  const known = new Set(
    baseline.entries.filter(({ command }) => command === report.command).map(({ id }) => id),
  )
  const present = new Set([...report.findings, ...report.notAnalysed].map(({ id }) => id))
  return {
    report: {
      ...report,
      findings: report.findings.filter(({ id }) => !known.has(id)),
      accepted: [...report.accepted, ...report.findings.filter(({ id }) => known.has(id))],
      notAnalysed: report.notAnalysed.filter(({ id }) => !known.has(id)),
    },
    gone: baseline.entries.filter(
      ({ id, command }) => command === report.command && !present.has(id),
    ),
  }
}

export interface BaselineGrowth {
  /** The file does not exist, or `--baseline-may-grow` was given. */
  mayGrow: boolean
  /** Told with every entry that joins a file that existed. */
  reason?: string
}

/**
 * The file after a run: entries that are gone leave it; what is new joins it only where it may grow. `report` is the one
 * before `applyBaseline`. Entries of other commands stay.
 */
export function nextBaseline(
  report: ConfigReport,
  before: Baseline | undefined,
  { mayGrow, reason }: BaselineGrowth,
): { baseline: Baseline; added: BaselineEntry[]; gone: BaselineEntry[] } {
  const earlier = before ?? { version: 1 as const, entries: [] }
  const { gone } = applyBaseline(report, earlier)
  const left = new Set(gone)
  const kept = earlier.entries.filter((entry) => !left.has(entry))
  const known = new Set(
    kept.filter(({ command }) => command === report.command).map(({ id }) => id),
  )
  const added: BaselineEntry[] = []
  if (mayGrow) {
    for (const item of [...report.findings, ...report.notAnalysed]) {
      if (known.has(item.id)) continue
      known.add(item.id)
      added.push({ ...entryOf(report.command, item), ...(reason === undefined ? {} : { reason }) })
    }
  }
  return { baseline: { version: 1, entries: [...kept, ...added] }, added, gone }
}

function entryOf(command: string, item: ConfigFinding | NotAnalysed): BaselineEntry {
  const { id } = item
  if ('rule' in item) {
    const file = item.locations[0]?.file
    return {
      id,
      command,
      rule: item.rule,
      ...(item.key === undefined ? {} : { key: item.key }),
      ...(file === undefined ? {} : { file }),
    }
  }
  const file = item.location?.file
  return { id, command, rule: item.kind, ...(file === undefined ? {} : { file }) }
}

const sortName = ({ command, rule, key = '', file = '', id }: BaselineEntry): string =>
  [command, rule, key, file, id].join('\0')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
