import type { Cohort } from '../../cohorts/cohort.ts'
import { formatCohort } from '../../cohorts/format-cohort.ts'
import type { Effect, FindingKind } from '../verdict.ts'
import type { MeasuredEffect } from './measure-effect.ts'
import { count, millis, percent, times } from './numbers-in-words.ts'

export interface FindingWords extends MeasuredEffect {
  kind: FindingKind
  service: string
  cohort: Cohort
  /** What a detector saw, for silent failures. */
  reason: string | undefined
  /** Of the interval, 0 to 1. */
  confidence: number
}

/** A finding as one sentence: who, what, how much with its interval, where, and how many requests on both sides. */
export function findingTitle(words: FindingWords): string {
  const operation = words.cohort.find(
    ({ attribute, op }) => attribute === 'operation' && op === '=',
  )
  const rest = words.cohort.filter((condition) => condition !== operation)
  const subject = operation?.op === '=' ? String(operation.value) : words.service
  const where = rest.length === 0 ? '' : ` where ${formatCohort(rest)}`
  return words.kind === 'latency' ? slower(words, subject, where) : failing(words, subject, where)
}

function slower(
  { effect, candidateCount, baselineCount, confidence }: FindingWords,
  subject: string,
  where: string,
): string {
  const { ratio, baseline, candidate, measure } = effect
  const seen = `seen in ${count(candidateCount, 'candidate request')} against ${baselineCount.toLocaleString('en-US')} of the baseline`
  if (ratio === null || baseline === null || candidate === null)
    return `${subject} takes longer${where}; ${seen}.`
  const change = `${measure} ${millis(baseline)} → ${millis(candidate)}`
  return `${subject} takes ${times(ratio)} times as long${where} (${change}; ${interval(effect, confidence)}), ${seen}.`
}

function failing(words: FindingWords, subject: string, where: string): string {
  const { effect, distribution, kind, reason, confidence } = words
  const rate = effect.candidate === null ? '' : ` (${percent(effect.candidate)})`
  const what =
    kind === 'silent-failure'
      ? `report success although ${reason ?? 'something in them failed'}`
      : 'fail'
  return `${badOfAll(distribution.candidate)} candidate requests to ${subject}${rate} ${what}${where}, against ${badOfAll(distribution.baseline)} of the baseline (ratio ${interval(effect, confidence)}).`
}

function badOfAll([good = 0, bad = 0]: readonly number[]): string {
  return `${bad.toLocaleString('en-US')} of ${(good + bad).toLocaleString('en-US')}`
}

/** The interval of a ratio, as the end of `ratio …`. */
export function interval({ low, high }: Pick<Effect, 'low' | 'high'>, confidence: number): string {
  const sure = `with ${Math.round(confidence * 100)} % confidence`
  if (high === null) return low === null ? 'not bounded yet' : `at least ${times(low)} ${sure}`
  return `${times(low ?? 0)} to ${times(high)} ${sure}`
}
