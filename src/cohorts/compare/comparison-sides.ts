/** Which rows are the candidate and which the baseline: filters, spans of time, or both. */
import { compileFilter, type CompiledFilter } from '../../ask/filter/compile-filter.ts'
import type { ResolveColumn } from '../../ask/filter/filter.ts'
import { parseFilter } from '../../ask/filter/parse-filter.ts'
import { AftergreenError } from '../../errors.ts'
import {
  checkedSpan,
  parseComparisonTime,
  parseTimeSpan,
  type TimeSpan,
} from './comparison-time.ts'

export interface SidesRequest {
  /** Filters. Without a baseline, that is everything that is not the candidate. */
  candidate?: string | undefined
  baseline?: string | undefined
  /** When neither window is given, both sides are taken from here: `1h`, `2026-11-23T10:00:00Z`. Default one hour. */
  since?: string | undefined
  until?: string | undefined
  /** `1h..now`; both or neither. */
  candidateWindow?: string | undefined
  baselineWindow?: string | undefined
}

export interface ComparisonSides {
  candidate: CompiledFilter
  baseline: CompiledFilter
  /** What holds both sides. */
  from: number
  to: number
}

/** The span that holds both sides, and what makes each; nothing of the store is needed for it. */
export function timesOf(
  request: SidesRequest,
  now: number,
): { whole: TimeSpan; candidate: TimeSpan | null; baseline: TimeSpan | null } {
  const { since, until, candidateWindow, baselineWindow } = request
  if (candidateWindow === undefined && baselineWindow === undefined) {
    const from = parseComparisonTime(since ?? '1h', now)
    const to = parseComparisonTime(until ?? 'now', now)
    const whole = checkedSpan({ from, to }, `${since ?? '1h'}..${until ?? 'now'}`)
    return { whole, candidate: null, baseline: null }
  }
  if (candidateWindow === undefined || baselineWindow === undefined) {
    throw new AftergreenError('INVALID_REQUEST', 'One window alone cannot be compared.', {
      hint: 'Give a window for both sides, for example 1h..now for the candidate and 2h..1h for the baseline.',
    })
  }
  if (since !== undefined || until !== undefined) {
    throw new AftergreenError('INVALID_REQUEST', 'Windows already say from when to when.', {
      hint: 'Give either both windows, or since and until.',
    })
  }
  const candidate = parseTimeSpan(candidateWindow, now)
  const baseline = parseTimeSpan(baselineWindow, now)
  const whole = checkedSpan(
    { from: Math.min(candidate.from, baseline.from), to: Math.max(candidate.to, baseline.to) },
    `${baselineWindow} with ${candidateWindow}`,
  )
  return { whole, candidate, baseline }
}

/**
 * Both sides as SQL. A candidate without a baseline is compared with what is not the candidate; with windows, each filter
 * narrows its own side.
 * @throws FILTER_SYNTAX, FILTER_VALUE, COMPARE_COLUMN, INVALID_REQUEST
 */
export function sidesOf(
  request: SidesRequest,
  resolve: ResolveColumn,
  now: number,
): ComparisonSides {
  const { whole, ...windows } = timesOf(request, now)
  const compiled = (text: string | undefined, prefix: string): CompiledFilter | null =>
    text === undefined ? null : compileFilter(parseFilter(text), resolve, { prefix, now })
  const candidate = compiled(request.candidate, 'candidate')
  const baseline = compiled(request.baseline, 'baseline')
  if (windows.candidate !== null && windows.baseline !== null) {
    return {
      candidate: during(windows.candidate, candidate, 'candidate'),
      baseline: during(windows.baseline, baseline, 'baseline'),
      ...whole,
    }
  }
  if (candidate === null) {
    throw new AftergreenError('INVALID_REQUEST', 'Nothing says what the candidate is.', {
      hint: 'Give a filter such as service.version = "2.1", or a window for each side.',
    })
  }
  const others = { sql: `(NOT ${candidate.sql})`, parameters: candidate.parameters }
  return { candidate, baseline: baseline ?? others, ...whole }
}

function during(
  { from, to }: TimeSpan,
  filter: CompiledFilter | null,
  side: string,
): CompiledFilter {
  const time = (end: string): string => `fromUnixTimestamp64Milli({${side}_${end}: Int64}, 'UTC')`
  const within = `(time >= ${time('from')} AND time < ${time('to')})`
  return {
    sql: filter === null ? within : `(${within} AND ${filter.sql})`,
    parameters: { ...filter?.parameters, [`${side}_from`]: from, [`${side}_to`]: to },
  }
}
