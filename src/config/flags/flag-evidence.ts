/** What was seen of flags while programs ran. */
import { AftergreenError } from '../../errors.ts'
import { fieldOf, itemsOf, parseJson, stringOf } from '../readers/json-text.ts'
import { timeOf } from './readers/flags-read.ts'

/** Evaluations that were seen (`feature_flag.evaluation` events), wherever they are kept. */
export interface FlagEvidence {
  /** Times each variant was the answer; undefined = nothing was recorded in that environment, of any flag. */
  variantsSeen(flag: string, environment: string): ReadonlyMap<string, number> | undefined
  /** Milliseconds since 1970, where it is known. */
  since?: number
}

/**
 * A file of counts: `{"since": "2026-11-01", "evaluations": [{"flag", "environment", "variant", "count"}]}`; the names
 * are the attributes `feature_flag.key` and `feature_flag.result.variant` of the events.
 *
 * @throws CONFIG_FLAG_EVIDENCE
 */
export function parseEvidence(text: string, file: string): FlagEvidence {
  const json = parseJson(text)
  const rows = fieldOf(json?.value, 'evaluations')
  if (!Array.isArray(rows)) {
    throw new AftergreenError('CONFIG_FLAG_EVIDENCE', `${file} is no list of flag evaluations.`, {
      hint: 'Give {"evaluations": [{"flag": "x", "environment": "production", "variant": "on", "count": 3}]}.',
    })
  }
  const counts = new Map<string, Map<string, Map<string, number>>>()
  for (const row of itemsOf(json?.value, 'evaluations')) {
    const [flag, environment, variant] = ['flag', 'environment', 'variant'].map((it) =>
      stringOf(row, it),
    )
    const count = Number(fieldOf(row, 'count') ?? 1)
    if (flag === undefined || environment === undefined || !(count >= 0)) {
      throw new AftergreenError(
        'CONFIG_FLAG_EVIDENCE',
        `A row of ${file} has no flag, environment or count.`,
        {
          hint: 'Each needs "flag", "environment", "variant" and "count".',
        },
      )
    }
    const flags = counts.get(environment) ?? new Map<string, Map<string, number>>()
    counts.set(environment, flags)
    const variants = flags.get(flag) ?? new Map<string, number>()
    flags.set(flag, variants)
    if (count > 0) variants.set(variant ?? '', (variants.get(variant ?? '') ?? 0) + count)
  }
  const since = timeOf(json?.value, 'since')
  return {
    variantsSeen: (flag, environment) => {
      const flags = counts.get(environment)
      return flags === undefined ? undefined : (flags.get(flag) ?? new Map())
    },
    ...(since === undefined ? {} : { since }),
  }
}
