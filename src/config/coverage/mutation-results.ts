/**
 * What became of wrong values, as far as coverage asks: `{"mutants": [{"key", "outcome"}]}`; `config mutate --json` prints
 * that, with more beside it.
 */

/** `equivalent`, `unstable` and `not-run` say nothing about a key. */
export type MutantOutcome = (typeof outcomes)[number]

const outcomes = ['noticed', 'survived', 'equivalent', 'unstable', 'not-run'] as const

export interface MutationResult {
  key: string
  outcome: MutantOutcome
}

/** undefined = the text is not of that form. */
export function parseMutationResults(text: string): MutationResult[] | undefined {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return undefined
  }
  const mutants = isRecord(document) ? document['mutants'] : undefined
  if (!Array.isArray(mutants)) return undefined
  const results: MutationResult[] = []
  for (const mutant of mutants as unknown[]) {
    const { key, outcome } = isRecord(mutant) ? mutant : {}
    if (typeof key !== 'string' || !isOutcome(outcome)) return undefined
    results.push({ key, outcome })
  }
  return results
}

const isOutcome = (value: unknown): value is MutantOutcome =>
  outcomes.some((outcome) => outcome === value)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
