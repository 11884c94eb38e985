import { interval } from '../../finding-title.ts'
import { count, millis, percent, times } from '../../numbers-in-words.ts'
import type { Edge } from './edge.ts'
import type { EdgeMeasure } from './edge-claims.ts'
import type { MeasuredEdge } from './measure-edge.ts'
import type { VanishedOperation } from './vanished-operations.ts'

export interface EdgeWords extends MeasuredEdge {
  measure: EdgeMeasure
  edge: Edge
  /** The released service. */
  service: string
  /** Of the interval, 0 to 1. */
  confidence: number
  /** Calls for each request that makes any, baseline and candidate. */
  callsEach: readonly [number, number]
  /** A call that the candidate makes and the baseline does not. */
  insteadOf: string | null
}

/** What goes wrong at an edge as one sentence: who sees it, how much of it, against what. */
export function edgeTitle(words: EdgeWords): string {
  const { measure, edge, service, effect, insteadOf } = words
  switch (measure) {
    case 'failure-rate':
      return `${failing(words)} with the candidate, ${baselineShare(words)} with the baseline (${counts(words)}).`
    case 'latency':
      return `${slower(edge, service)} ${times(effect.ratio ?? 1)} times as long with the candidate (${effect.measure} about ${millis(effect.baseline ?? 0)} → ${millis(effect.candidate ?? 0)}).`
    case 'missing-call': {
      const instead =
        insteadOf === null
          ? ' If that is meant, a sign-off lets the release go on.'
          : ` It calls ${insteadOf}, which the baseline does not.`
      if (edge.role === 'below')
        return `${candidateShare(words)} of the requests to ${edge.entry} lead to no request of ${callee(edge)} with the candidate, ${baselineShare(words)} with the baseline (${counts(words)}).${instead}`
      return `${service} makes no call to ${callee(edge)} in ${candidateShare(words)} of the requests to ${edge.entry} with the candidate, ${baselineShare(words)} with the baseline (${counts(words)}).${instead}`
    }
    case 'repeated-calls':
    default: {
      const [before, now] = words.callsEach
      return `${service} calls ${callee(edge)} ${often(now)} in a request to ${edge.entry} with the candidate, ${often(before)} with the baseline (${effect.measure}: ${counts(words)}).`
    }
  }
}

export function vanishedTitle(
  { hypothesis, total, expected }: VanishedOperation,
  comparison: 'concurrent' | 'before-after',
): string {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = total
  const got = candidateBad === 0 ? 'no request' : `only ${count(candidateBad, 'request')}`
  const [whose, those] =
    comparison === 'concurrent'
      ? ['of the candidate', "of the baseline's"]
      : ['since the release began', 'of those before it']
  return `${hypothesis.operation} gets ${got} ${whose}, where about ${Math.round(expected).toLocaleString('en-US')} of ${count(candidateTotal, 'request')} would be expected: ${ofAll(baselineBad, baselineTotal)} ${those} are of this operation. Its users may have gone elsewhere, or cannot reach it.`
}

function often(calls: number): string {
  return calls < 1.005 ? 'once' : `${times(calls).replace(/\.0+$/, '')} times`
}

/** How an edge is named in a sentence. */
export function callee({ service, operation }: Pick<Edge, 'service' | 'operation'>): string {
  if (service === '') return operation
  return operation === '' ? service : `${service} (${operation})`
}

function failing(words: EdgeWords): string {
  const { edge, service } = words
  const share = candidateShare(words)
  switch (edge.role) {
    case 'caller':
      return `${edge.service} sees ${share} of its calls to ${service} (${edge.operation}) fail`
    case 'reach':
      return `${edge.service} gets no answer to ${share} of its calls to ${service}`
    case 'call':
      return `Calls of ${service} to ${callee(edge)} fail in ${share} of the requests to ${edge.entry}`
    case 'beyond':
    case 'below':
    default:
      return `${edge.service} ${edge.operation}${whereUsers(edge)} fails in ${share} of the traces`
  }
}

function slower(edge: Edge, service: string): string {
  switch (edge.role) {
    case 'caller':
    case 'reach':
      return `${edge.service} waits for ${service} (${edge.operation})`
    case 'call':
      return `The calls of ${service} to ${callee(edge)} take`
    case 'beyond':
    case 'below':
    default:
      return `${edge.service} ${edge.operation}${whereUsers(edge)} takes`
  }
}

const whereUsers = ({ isRoot }: Edge): string => (isRoot ? ', where the traces begin,' : '')

const candidateShare = ({ effect }: EdgeWords): string => percent(effect.candidate ?? 0)
const baselineShare = ({ effect }: EdgeWords): string => percent(effect.baseline ?? 0)

function counts({ total, effect, confidence }: EdgeWords): string {
  const { candidateBad, candidateTotal, baselineBad, baselineTotal } = total
  const side = (bad: number, all: number): string =>
    `${bad.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`
  return `${side(candidateBad, candidateTotal)} against ${side(baselineBad, baselineTotal)}; ratio ${interval(effect, confidence)}`
}

function ofAll(bad: number, all: number): string {
  const share = all === 0 ? '' : ` (${percent(bad / all)})`
  return `${bad.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}${share}`
}
