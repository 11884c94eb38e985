/** Everything that `config flags` says. Pure. */
import { createHash } from 'node:crypto'
import type { UnreadInput } from '../binding.ts'
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { countOf } from '../report/finding-words.ts'
import type { DynamicEvaluation, FlagEvaluation } from './evaluations/flag-evaluation.ts'
import type { Flag } from './flag.ts'
import type { FlagEvidence } from './flag-evidence.ts'
import type { FlagRow } from './flag-table.ts'
import { flagTable } from './flag-table.ts'
import type { FlagView } from './flag-view.ts'
import { viewFlag } from './flag-view.ts'
import { mergeFlags } from './merge-flags.ts'
import { firstOf, flagFinding } from './rules/flag-finding.ts'
import { lifeFindings } from './rules/life-rules.ts'
import { prerequisiteCycles, shapeFindings } from './rules/shape-rules.ts'
import { sourceFindings } from './rules/source-rules.ts'

export interface FlagsInput {
  flags: readonly Flag[]
  unread: readonly UnreadInput[]
  /** Left out = no code was looked at. */
  code?: {
    evaluations: readonly FlagEvaluation[]
    dynamic: readonly DynamicEvaluation[]
    mentioned: ReadonlySet<string>
    mentionedInTests: ReadonlySet<string>
  }
  evidence?: FlagEvidence
  /** Milliseconds since 1970. */
  today: number
  lookedAt: readonly string[]
}

export interface FlagsOutcome {
  report: ConfigReport
  table: FlagRow[]
}

export function checkFlags(input: FlagsInput): FlagsOutcome {
  const merged = mergeFlags(input.flags)
  const byPlatform = Map.groupBy(merged.flags, ({ platform }) => platform)
  const asked = Map.groupBy(input.code?.evaluations ?? [], ({ key }) => key)
  const views: FlagView[] = []
  const findings: ConfigFinding[] = []
  for (const flags of byPlatform.values()) {
    const byKey = new Map(flags.map((flag) => [flag.key, flag]))
    const neededBy = new Map<string, string[]>()
    for (const { key, environments, archived } of flags) {
      const needed = new Set(
        environments.flatMap(({ prerequisites }) => prerequisites.map((it) => it.flag)),
      )
      for (const other of archived ? [] : needed)
        neededBy.set(other, [...(neededBy.get(other) ?? []), key])
    }
    findings.push(...prerequisiteCycles(byKey))
    for (const flag of flags) {
      const view = viewFlag(flag, byKey, asked.get(flag.key) ?? [], input.today)
      views.push(view)
      if (flag.archived) continue
      const life = lifeFindings(view, {
        today: input.today,
        hasDynamic: (input.code?.dynamic.length ?? 0) > 0,
        neededBy,
        ...(input.evidence === undefined ? {} : { evidence: input.evidence }),
        ...(input.code === undefined
          ? {}
          : { mentioned: input.code.mentioned, mentionedInTests: input.code.mentionedInTests }),
      })
      const isStale = life.some(({ rule }) => rule.startsWith('flag/stale'))
      findings.push(
        ...sourceFindings(view),
        // told already, with its second witness
        ...shapeFindings(view, byKey).filter(({ rule }) => !(isStale && rule === 'flag/one-sided')),
        ...life,
      )
    }
  }
  findings.push(...codeOnly(asked, merged.flags))
  const table = flagTable(views.filter(({ flag }) => !flag.archived))
  const notAnalysed = [
    ...notAnalysedOf([...input.unread, ...merged.unread], 'unread-export'),
    ...notAnalysedOf(
      (input.code?.dynamic ?? []).map(({ location, text }) => ({
        location,
        reason: `Nobody can tell from the text which flag this asks for: ${text}`,
      })),
      'dynamic-flag',
    ),
    ...unknownDecisions(views),
    ...withoutExport(asked, merged.flags),
  ]
  const report: ConfigReport = {
    command: 'config flags',
    headline: headline(table, findings.length),
    findings: findings.toSorted(
      (a, b) => compare(a.rule, b.rule) || compare(a.key ?? '', b.key ?? ''),
    ),
    accepted: [],
    notAnalysed,
    lookedAt: input.lookedAt,
  }
  return { report, table }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function headline(table: readonly FlagRow[], findings: number): string {
  const flags = countOf(table.length, 'flag')
  if (table.length === 0) return 'No flag was found in any export.'
  const changes = new Map<string, number>()
  let known = 0
  for (const { environments } of table) {
    if (environments.some(({ changesWhenDown }) => changesWhenDown !== undefined)) known += 1
    for (const { name, changesWhenDown } of environments) {
      changes.set(name, (changes.get(name) ?? 0) + (changesWhenDown === true ? 1 : 0))
    }
  }
  const begin = `${flags}, ${countOf(findings, 'finding')}.`
  if (known === 0)
    return `${begin} What happens when the flag service is down cannot be told: no default in the code is known.`
  const parts = [...changes].slice(0, 6).map(([name, count]) => `${count} in ${name}`)
  const rest = known < table.length ? `; of ${table.length - known} it cannot be told` : ''
  return `${begin} If the flag service is down at boot, the answer changes for ${parts.join(', ')}${rest}.`
}

/** Whether an export of the platform that the code asks is there. */
function isServed({ sdk }: FlagEvaluation, flags: readonly Flag[]): boolean {
  return flags.some(({ platform }) => sdk === 'openfeature' || platform === sdk)
}

function codeOnly(
  asked: ReadonlyMap<string, readonly FlagEvaluation[]>,
  flags: readonly Flag[],
): ConfigFinding[] {
  const known = new Map(flags.map((flag) => [flag.key, flag]))
  return [...asked].flatMap(([key, all]) => {
    const flag = known.get(key)
    const evaluations = all.filter((it) => it.sure && isServed(it, flags))
    if (evaluations.length === 0 || flag?.archived === false) return []
    return [
      flagFinding({
        rule: 'code-only',
        key,
        severity: 'warning',
        environments: [],
        locations: firstOf(evaluations.map(({ location }) => location)),
        message:
          flag === undefined
            ? `The code asks for the flag ${key}, which no export has: it always gets its own default.`
            : `The code asks for the flag ${key}, which is archived: it always gets its own default.`,
        hint: 'Create the flag, correct its name, or take it out of the code.',
      }),
    ]
  })
}

function withoutExport(
  asked: ReadonlyMap<string, readonly FlagEvaluation[]>,
  flags: readonly Flag[],
): NotAnalysed[] {
  const all = [...asked.values()].flat().filter((it) => it.sure && !isServed(it, flags))
  return [...Map.groupBy(all, ({ sdk }) => sdk)].map(([sdk, found]) => ({
    kind: 'no-export',
    id: idOf('no-export', sdk),
    location: found[0]!.location,
    reason: `The code asks ${sdk} for flags at ${countOf(found.length, 'place')}, and no export of it was given.`,
  }))
}

function unknownDecisions(views: readonly FlagView[]): NotAnalysed[] {
  return views.flatMap(({ flag, environments }) => {
    if (flag.archived) return []
    const open = environments.filter(({ now }) => now.unknown !== undefined)
    if (open.length === 0) return []
    const names = open.map(({ environment }) => environment.name).join(', ')
    return [
      {
        kind: 'unknown-decision',
        id: idOf('unknown-decision', flag.platform, flag.key, names),
        location: flag.location,
        reason: `What ${flag.key} decides in ${names} cannot be told: ${open[0]!.now.unknown}.`,
      },
    ]
  })
}

function notAnalysedOf(unread: readonly UnreadInput[], kind: string): NotAnalysed[] {
  return unread.map(({ location, reason }) => ({
    kind,
    id: idOf(kind, location.file, reason.replaceAll(/\d+/g, '#')),
    location,
    reason,
  }))
}

function idOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}
