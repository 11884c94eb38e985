import type { BlastRadius } from '../blast-radius/blast-radius.ts'
import { blastRadius } from '../blast-radius/blast-radius.ts'
import type { Location } from '../location.ts'
import type { MutantResult } from './mutant.ts'
import { isCounted } from './mutation-score.ts'
import type { MutationOperator } from './operators.ts'
import { mutationOperators } from './operators.ts'

/** A key, and the wrong values of it that nobody would notice. */
export interface SurvivingKey {
  key: string
  component: string
  /** With `earliestKiller: 'nobody'`. */
  blastRadius: BlastRadius
  /** Of the survivors, in the order in which they are tried. */
  operators: MutationOperator[]
  /** The same in words: `the value of staging`. */
  changes: string[]
  /** Mutants of the key that were counted. */
  counted: number
  locations: readonly Location[]
  /** `PAYMENT_PROCESSOR: the value of staging, unset and 3 more would not be noticed`; never a value. */
  sentence: string
}

/** Worst first. Pure. */
export function survivors(results: readonly MutantResult[]): SurvivingKey[] {
  const byKey = Map.groupBy(results.filter(isCounted), ({ mutant }) => mutant.key)
  return [...byKey]
    .flatMap(([key, counted]): SurvivingKey[] => {
      const all = counted
        .filter(({ outcome }) => outcome === 'survived')
        .map(({ mutant }) => mutant)
        .toSorted(
          (a, b) => mutationOperators.indexOf(a.operator) - mutationOperators.indexOf(b.operator),
        )
      const [first] = all
      if (first === undefined) return []
      const changes = all.map(({ change }) => change)
      return [
        {
          key,
          component: first.component,
          blastRadius: blastRadius(first.radius, { ...first.radius, earliestKiller: 'nobody' }),
          operators: all.map(({ operator }) => operator),
          changes,
          counted: counted.length,
          locations: first.locations,
          sentence: `${key}: ${listOf(changes)} would not be noticed`,
        },
      ]
    })
    .toSorted(
      (a, b) =>
        b.blastRadius.score - a.blastRadius.score ||
        b.operators.length / b.counted - a.operators.length / a.counted ||
        (a.key < b.key ? -1 : 1),
    )
}

/** At most three of them, and how many more. */
function listOf(changes: readonly string[]): string {
  const shown = changes.length <= 3 ? changes : changes.slice(0, 2)
  const more = changes.length - shown.length
  const parts = more === 0 ? shown : [...shown, `${more} more`]
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`
}
