import { observedFinding } from '../report/observed-finding.ts'
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigReport, NotAnalysed } from '../config-report.ts'
import { countOf } from '../report/finding-words.ts'
import type { Killer, MutantFate, MutantResult } from './mutant.ts'
import { isCounted, mutationScore } from './mutation-score.ts'
import type { MutationScore } from './mutation-score.ts'
import type { MutationOperator } from './operators.ts'
import { survivors } from './survivors.ts'
import type { SurvivingKey } from './survivors.ts'

export interface MutationOutcome {
  /** Name of the target. */
  environment: string
  results: readonly MutantResult[]
  /** Who was asked, in order: `contract`, `tests`. */
  asked: readonly Killer[]
  /** Sentences about what could not be done, without any value: they make the answer incomplete. */
  problems?: readonly { kind: string; reason: string }[]
  /** More of what was looked at, in words with numbers. */
  lookedAt?: readonly string[]
}

/** A mutant as `--json` tells it; `config coverage --mutations` reads it. */
export interface ToldMutant {
  id: string
  key: string
  component: string
  operator: MutationOperator
  /** In words. */
  change: string
  outcome: MutantFate
  /** null = nobody. */
  killer: Killer | null
  detail: string
  runs: number
}

export interface MutationAnswer {
  report: ConfigReport
  mutants: ToldMutant[]
  score: MutationScore
  survivors: SurvivingKey[]
}

/** What the mutants came to: for the writers, and for `--json`. Pure; no value of any key is in it. */
export function mutationReport(outcome: MutationOutcome): MutationAnswer {
  const { environment, results, asked, lookedAt = [] } = outcome
  const score = mutationScore(results)
  const surviving = survivors(results)
  const keys = new Set(results.filter(isCounted).map(({ mutant }) => mutant.key)).size
  return {
    report: {
      command: 'config mutate',
      headline: headlineOf(score, surviving, environment),
      findings: surviving.map((it) => findingOf(it, environment, asked)),
      accepted: [],
      notAnalysed: notAnalysed(outcome),
      lookedAt: [
        `${countOf(results.length, 'wrong value')} of ${environment}, ${score.counted} of them decided, of ${countOf(keys, 'key')}`,
        `asked: ${asked.map((killer) => killerWords[killer]).join(', ')}`,
        ...lookedAt,
      ],
    },
    mutants: results.map(({ mutant, outcome: fate, killer, detail, runs }) => ({
      id: mutant.id,
      key: mutant.key,
      component: mutant.component,
      operator: mutant.operator,
      change: mutant.change,
      outcome: fate,
      killer: killer ?? null,
      detail,
      runs,
    })),
    score,
    survivors: surviving,
  }
}

const killerWords: Record<Killer, string> = {
  contract: 'the contract and the built-in rules',
  'boot-check': 'the start of the program',
  tests: 'the tests',
  smoke: 'the smoke check',
  drift: 'the drift alarm',
}

function headlineOf(
  { noticed, counted, score, mutants, notRun }: MutationScore,
  surviving: readonly SurvivingKey[],
  environment: string,
): string {
  if (mutants === 0) return `There is no value of ${environment} to make wrong.`
  if (score === null) return `Of ${countOf(mutants, 'wrong value')} none could be decided.`
  const share = `${noticed} of ${countOf(counted, 'wrong value')} of ${environment} would be noticed (${Math.floor(100 * score)} %)`
  const open = notRun > 0 ? `; ${countOf(notRun, 'more was', 'more were')} not run` : ''
  const [worst] = surviving
  return worst === undefined ? `${share}${open}.` : `${share}${open}. Worst: ${worst.sentence}.`
}

function findingOf(
  {
    key,
    component,
    blastRadius: { effect },
    locations,
    sentence,
    operators,
    counted,
  }: SurvivingKey,
  environment: string,
  asked: readonly Killer[],
): ConfigFinding {
  return observedFinding({
    rule: 'mutation/unnoticed',
    key,
    component,
    environment,
    effect,
    locations,
    message: `${sentence} in ${environment} (${operators.length} of ${countOf(counted, 'wrong value')}).`,
    hint: asked.includes('boot-check')
      ? 'Say in config.contract.yaml what it must be (aftergreen config init), or test what depends on it.'
      : 'Say in config.contract.yaml what it must be (aftergreen config init), let the program refuse it at its start (--boot), or test what depends on it.',
  })
}

/** One a reason and, where a mutant was seen one time and not another, one a key. */
function notAnalysed({ results, problems = [] }: MutationOutcome): NotAnalysed[] {
  const items: NotAnalysed[] = problems.map(({ kind, reason }) => ({
    kind,
    id: `${kind}:${reason}`,
    reason,
  }))
  const notRun = results.filter(({ outcome }) => outcome === 'not-run')
  for (const [detail, all] of Map.groupBy(notRun, (it) => it.detail)) {
    const names = [...new Set(all.map(({ mutant }) => mutant.key))]
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : ''
    items.push({
      kind: 'not-run',
      id: `not-run:${detail}`,
      ...placeOf(all),
      reason: `${countOf(all.length, 'wrong value was', 'wrong values were')} not run (${names.slice(0, mostNames).join(', ')}${more}): ${detail}`,
    })
  }
  const unstable = results.filter(({ outcome }) => outcome === 'unstable')
  for (const [key, all] of Map.groupBy(unstable, ({ mutant }) => mutant.key)) {
    items.push({
      kind: 'unstable',
      id: `unstable:${key}`,
      ...placeOf(all),
      reason: `${key}: ${countOf(all.length, 'wrong value was', 'wrong values were')} noticed one time and not another. ${all[0]!.detail}`,
    })
  }
  return [...new Map(items.map((item) => [item.id, item])).values()]
}

const mostNames = 8

function placeOf([result]: readonly MutantResult[]): Pick<NotAnalysed, 'location'> {
  const location = result?.mutant.locations[0]
  return location === undefined ? {} : { location }
}
