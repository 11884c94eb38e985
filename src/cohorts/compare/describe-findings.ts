/** What a person needs to know about a confirmed cohort: how much, how sure, examples, and how to look for oneself. */
import { slowdown } from '../confirm/slowdown.ts'
import { formatCohort } from '../format-cohort.ts'
import type { MixBalance } from '../mix-balance.ts'
import type { CohortCounts, CohortSource, ExaminedCohort } from './cohort-source.ts'
import type { Finding } from './comparison.ts'
import { type AllCounts, countAll } from './count-all.ts'
import { type EarlyExamined, questionKey } from './examine-early.ts'
import { comparableSides, excessOf, overallExcess } from './excess.ts'
import type { Confirmed } from './standing-findings.ts'

export interface DescribeContext {
  source: CohortSource
  counts: AllCounts
  /** What was examined before it was confirmed. */
  early: Promise<EarlyExamined>
  balance: MixBalance
  aliases: Readonly<Record<string, readonly string[]>>
  most: number
  stop: AbortSignal | undefined
  onProgress: (done: number) => void
}

/** Findings as they are printed, best first; one whose counts a query of its own does not bear out is left out. */
export async function describeFindings(
  standing: readonly Confirmed[],
  context: DescribeContext,
): Promise<{ findings: Finding[]; notes: string[] }> {
  const { source, most, stop, onProgress } = context
  const notes: string[] = []
  const shown = standing.slice(0, most)
  if (standing.length > most) notes.push(`Shows the first ${most} of ${standing.length} findings.`)
  let done = 0
  const after = async <T>(work: Promise<T>): Promise<T> => {
    const answer = await work
    onProgress(++done / 2)
    return answer
  }
  const [slowdowns, examined] = await Promise.all([
    after(slowdownsOf(shown, source, stop)),
    after(examineAll(shown, context)),
  ])
  const borneOut = await bearOut(shown, examined, context)
  const findings: Finding[] = []
  for (const [index, confirmed] of shown.entries()) {
    const { cohort, measure } = confirmed
    const { exemplars, units } = examined[index]!
    // what is gone has units on the baseline alone
    const isVolume = measure.kind === 'volume'
    if (!borneOut[index]!) {
      notes.push(
        `Left out "${formatCohort(cohort)}" (${measure.name}): its predicate, run by itself, counts other rows than the search did.`,
      )
      continue
    }
    findings.push({
      rank: findings.length + 1,
      ...findingOf(confirmed, context),
      ...slowdowns.get(confirmed),
      units: isVolume ? Math.max(units.baseline, units.candidate) : units.candidate,
      exemplars,
      predicate: source.predicate(cohort),
    })
  }
  return { findings, notes }
}

/** What was examined before is asked again where rows have come since: its counts are not those of the finding. */
async function examineAll(
  shown: readonly Confirmed[],
  { source, early, stop }: DescribeContext,
): Promise<ExaminedCohort[]> {
  if (shown.length === 0) return []
  const asked = shown.map(({ cohort, measure }) => ({ cohort, measure: measure.name }))
  const before = await early
  const known = asked.map((question, i) => {
    const one = before.get(questionKey(question))
    const { counts } = shown[i]!
    return one !== undefined && isBetween(one.counts, counts, counts) ? one : undefined
  })
  const missing = asked.filter((_, i) => known[i] === undefined)
  const found = missing.length === 0 ? [] : await source.examine(missing, stop)
  const rest = found.values()
  return known.map((one) => one ?? rest.next().value!)
}

/**
 * Whether the printed predicates, run by themselves, count the same rows. Rows may arrive while a comparison runs: such
 * a cohort is then counted again, and its predicate's counts must lie between the two.
 */
async function bearOut(
  shown: readonly Confirmed[],
  examined: readonly ExaminedCohort[],
  { source, counts: all, balance, stop }: DescribeContext,
): Promise<boolean[]> {
  const again = (i: number): Both => examined[i]!.counts
  const isSame = shown.map(({ counts }, i) => isBetween(again(i), counts, counts))
  const differ = shown.filter((_, i) => !isSame[i]!)
  if (differ.length === 0) return isSame
  const measures = all.measures.filter(({ name }) =>
    differ.some(({ measure }) => measure.name === name),
  )
  const cohorts = differ.map(({ cohort }) => cohort)
  const counted = await countAll(source, { cohorts, measures, balance, stop })
  return shown.map(({ cohort, measure, counts }, i) => {
    if (isSame[i]!) return true
    return isBetween(again(i), counts, counted.of(cohort, measure.name))
  })
}

type Computed = Omit<Finding, 'rank' | 'units' | 'exemplars' | 'predicate' | 'slowdown'>

function findingOf(
  confirmed: Confirmed,
  { counts: all, balance, aliases }: DescribeContext,
): Computed {
  const { cohort, measure, counts, confirmation } = confirmed
  const everything = all.of([], measure.name)
  const isBalanced = measure.kind === 'share' && balance.factors.length > 0
  const whole = comparableSides(everything, isBalanced)
  const excess = excessOf(
    measure.kind,
    counts.candidate,
    comparableSides(counts, isBalanced),
    whole,
  )
  const overall = overallExcess(measure.kind, everything.candidate, whole)
  // the sides of a release differ in size by design: only of expected and actual amounts is the difference a change
  const hasOverall =
    measure.kind === 'share' ? overall > 0 : measure.name === 'actual' && overall !== 0
  return {
    measure: measure.name,
    cohort,
    text: formatCohort(cohort),
    baseline: counts.baseline,
    candidate: counts.candidate,
    effect: confirmation.effect,
    excess,
    shareOfExcess: hasOverall ? Math.min(1, Math.max(0, excess / overall)) : null,
    q: confirmation.q,
    aliases: [...new Set(cohort.flatMap(({ attribute }) => aliases[attribute] ?? []))],
    // "everything" is no other name for a cohort
    alternatives: confirmed.alternatives
      .filter((other) => other.length > 0)
      .map((other) => ({ cohort: other, text: formatCohort(other) })),
  }
}

type Slowdowns = Map<Confirmed, Pick<Finding, 'slowdown'>>

/** Of findings about latency, where there are durations. */
async function slowdownsOf(
  shown: readonly Confirmed[],
  source: CohortSource,
  stop: AbortSignal | undefined,
): Promise<Slowdowns> {
  const slow = shown.filter(({ measure }) => measure.name.startsWith('slow '))
  if (slow.length === 0) return new Map()
  const sums = await source.durations([[], ...slow.map(({ cohort }) => cohort)], stop)
  if (sums === null) return new Map()
  const [everything, ...cohorts] = sums
  return new Map(
    slow.flatMap((confirmed, index) => {
      const estimate = slowdown(cohorts[index]!, everything!)
      return estimate === null ? [] : [[confirmed, { slowdown: estimate }] as const]
    }),
  )
}

type Both = Pick<CohortCounts, 'baseline' | 'candidate'>

function isBetween(counts: Both, before: Both, after: Both): boolean {
  return (['baseline', 'candidate'] as const).every((side) =>
    (['bad', 'total'] as const).every((of) => {
      const [low, high] = [before[side][of], after[side][of]].toSorted((a, b) => a - b)
      const count = counts[side][of]
      // sums of weights may differ in their last digits by the order of the rows
      const slack = 1e-9 * Math.max(1, count)
      return count >= low! - slack && count <= high! + slack
    }),
  )
}
