import { checkFlags } from './check-flags.ts'
import type { FlagsOutcome } from './check-flags.ts'
import type { FlagEvaluation } from './evaluations/flag-evaluation.ts'
import { parseEvidence } from './flag-evidence.ts'
import { readFlags } from './readers/read-flags.ts'

export const today = Date.parse('2026-11-23')

export interface PlantedFlags {
  /** flagd flags by environment. */
  flagd?: Record<string, Record<string, unknown>>
  unleash?: Record<string, unknown>
  /** Defaults by key, of places in the code; left out = no code. */
  code?: Record<string, unknown[]>
  tests?: string[]
  evidence?: unknown[]
}

/** What `config flags` says of flags written down here. */
export function checkPlanted({
  flagd = {},
  unleash = {},
  code,
  tests = [],
  evidence,
}: PlantedFlags): FlagsOutcome {
  const reads = [
    ...Object.entries(flagd).map(([environment, flags]) =>
      readFlags({
        file: `${environment}.json`,
        text: JSON.stringify({ flags }, null, 1),
        environment,
      }),
    ),
    ...Object.entries(unleash).map(([environment, state]) =>
      readFlags({ file: `${environment}.json`, text: JSON.stringify(state, null, 1), environment }),
    ),
  ]
  const evaluations = Object.entries(code ?? {}).flatMap(([key, defaults]) =>
    defaults.map((value, index): FlagEvaluation => ({
      key,
      sdk: 'openfeature',
      asksOnOff: false,
      sure: true,
      location: { file: `src/${key}.ts`, line: index + 1 },
      default: { value },
    })),
  )
  return checkFlags({
    flags: reads.flatMap((it) => it.flags),
    unread: reads.flatMap((it) => it.unread),
    today,
    lookedAt: [],
    ...(code === undefined
      ? {}
      : {
          code: {
            evaluations,
            dynamic: [],
            mentioned: new Set(Object.keys(code)),
            mentionedInTests: new Set(tests),
          },
        }),
    ...(evidence === undefined
      ? {}
      : { evidence: parseEvidence(JSON.stringify({ evaluations: evidence }), 'evidence.json') }),
  })
}

/** Rules that were broken, without `flag/`, by flag. */
export function rulesOf(outcome: FlagsOutcome, key: string): string[] {
  return outcome.report.findings
    .filter((it) => it.key === key)
    .map(({ rule }) => rule.replace('flag/', ''))
}
