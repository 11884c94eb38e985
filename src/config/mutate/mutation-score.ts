import { clopperPearson } from '../../stats/clopper-pearson.ts'
import { blastRadius } from '../blast-radius/blast-radius.ts'
import type { EffectClass } from '../config-finding.ts'
import { effectClasses } from '../config-finding.ts'
import type { Killer, MutantFate, MutantResult } from './mutant.ts'
import { killers } from './mutant.ts'
import type { MutationOperator } from './operators.ts'
import { mutationOperators } from './operators.ts'

export interface Rate {
  noticed: number
  /** Mutants less those that are equivalent, unstable or were not run. */
  counted: number
  /** null = nothing was counted. */
  score: number | null
}

export interface MutationScore extends Rate {
  mutants: number
  survived: number
  equivalent: number
  unstable: number
  notRun: number
  /** Each counted mutant by the weight of what a wrong value may do (`blastRadius`); null = nothing was counted. */
  weighted: number | null
  /** 95 %, exact (Clopper & Pearson 1934); null = all that could be run were, so the score is no estimate. */
  interval: { low: number; high: number } | null
  byOperator: (Rate & { operator: MutationOperator })[]
  byEffect: (Rate & { effect: EffectClass | null })[]
  /** Who noticed first, in the order of the killers; `nobody` last. */
  byKiller: { killer: Killer | 'nobody'; mutants: number }[]
}

/** How many of the wrong values are noticed (config.md §7.5). Pure. */
export function mutationScore(results: readonly MutantResult[]): MutationScore {
  const count = (fate: MutantFate): number =>
    results.filter(({ outcome }) => outcome === fate).length
  const all = results.filter(isCounted)
  const notRun = count('not-run')
  const rate = rateOf(all)
  const weights = all.map(({ mutant, outcome }) => ({
    weight: weightOf(mutant.effectClass),
    noticed: outcome === 'noticed',
  }))
  const sum = (of: typeof weights): number => of.reduce((total, { weight }) => total + weight, 0)
  return {
    ...rate,
    mutants: results.length,
    survived: count('survived'),
    equivalent: count('equivalent'),
    unstable: count('unstable'),
    notRun,
    weighted: all.length === 0 ? null : sum(weights.filter((it) => it.noticed)) / sum(weights),
    interval:
      notRun === 0 || all.length === 0 ? null : clopperPearson(rate.noticed, rate.counted, 0.95),
    byOperator: mutationOperators.flatMap((operator) =>
      groupOf(all, ({ mutant }) => mutant.operator === operator).map((of) => ({ operator, ...of })),
    ),
    byEffect: [...effectClasses, null].flatMap((effect) =>
      groupOf(all, ({ mutant }) => mutant.effectClass === effect).map((of) => ({ effect, ...of })),
    ),
    byKiller: [...killers, 'nobody' as const].flatMap((killer) => {
      const mutants = all.filter((it) => killerOf(it) === killer).length
      return mutants === 0 ? [] : [{ killer, mutants }]
    }),
  }
}

/** Of the formula: neither equivalent nor unstable nor not run. */
export const isCounted = ({ outcome }: Pick<MutantResult, 'outcome'>): boolean =>
  outcome === 'noticed' || outcome === 'survived'

const killerOf = ({ outcome, killer }: MutantResult): Killer | 'nobody' | undefined =>
  outcome === 'survived' ? 'nobody' : killer

function rateOf(all: readonly MutantResult[]): Rate {
  const noticed = all.filter(({ outcome }) => outcome === 'noticed').length
  const counted = all.length
  return { noticed, counted, score: counted === 0 ? null : noticed / counted }
}

function groupOf(all: readonly MutantResult[], belongs: (result: MutantResult) => boolean): Rate[] {
  const group = all.filter(belongs)
  return group.length === 0 ? [] : [rateOf(group)]
}

/** The part of the blast radius that is the effect's alone. */
function weightOf(effect: EffectClass | null): number {
  const about = { effect: effect ?? undefined, inferred: true, because: '' }
  return blastRadius(about, { reach: 1, exposure: 'unknown', earliestKiller: 'not-measured' }).score
}
