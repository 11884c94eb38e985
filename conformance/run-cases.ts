import type { ConformanceCase, Level, Need } from './conformance-case.ts'
import { NotRun, Unmet } from './conformance-case.ts'
import { zstdCompressSync } from 'node:zlib'
import { requestBytes, simple } from './payloads.ts'
import { post, postMessage } from './requests.ts'
import { Target } from './target.ts'
import type { TargetOptions } from './target.ts'

export type Outcome = 'passed' | 'failed' | 'not-run'

export interface CaseResult {
  case: ConformanceCase
  outcome: Outcome
  /** Why it failed or was not run; empty where it passed. */
  reason: string
  /** The last request and its answer, where the case failed. */
  exchange?: { sent: string; seen: string }
  milliseconds: number
}

/** Runs cases one after another; `report` is called after each. */
export async function runCases(
  cases: readonly ConformanceCase[],
  options: TargetOptions,
  report: (result: CaseResult) => void = () => undefined,
): Promise<CaseResult[]> {
  const missing = missingNeeds(options)
  const results: CaseResult[] = []
  for (const conformanceCase of cases) {
    const result = await runCase(conformanceCase, options, missing)
    results.push(result)
    report(result)
  }
  return results
}

async function runCase(
  conformanceCase: ConformanceCase,
  options: TargetOptions,
  missing: (need: Need) => Promise<string>,
): Promise<CaseResult> {
  const start = performance.now()
  const ended = (outcome: Outcome, reason = ''): CaseResult => ({
    case: conformanceCase,
    outcome,
    reason,
    milliseconds: Math.round(performance.now() - start),
  })
  for (const need of conformanceCase.needs ?? []) {
    const reason = await missing(need)
    if (reason !== '') return ended('not-run', reason)
  }
  const target = new Target(options)
  try {
    await conformanceCase.run(target)
    return ended('passed')
  } catch (error) {
    if (error instanceof NotRun) return ended('not-run', error.message)
    if (!(error instanceof Unmet)) throw error
    const exchange = target.lastExchange
    return { ...ended('failed', error.message), ...(exchange === undefined ? {} : { exchange }) }
  } finally {
    target.close()
  }
}

/** Why a server has not what cases need; '' where it has. Asked once. */
function missingNeeds(options: TargetOptions): (need: Need) => Promise<string> {
  const known = new Map<Need, Promise<string>>()
  const ask = async (need: Need): Promise<string> => {
    if (need === 'grpc') {
      return options.grpcUrl === undefined ? 'no gRPC address was given (--grpc HOST:PORT)' : ''
    }
    const request =
      need === 'json'
        ? postMessage('traces', 'json')
        : post(
            'traces',
            'protobuf',
            zstdCompressSync(requestBytes('traces', simple.traces(), 'protobuf')),
            { headers: { 'content-encoding': 'zstd' } },
          )
    const target = new Target(options)
    try {
      const { status } = await target.send(request)
      if (need === 'zstd') return status === 200 ? '' : 'the server does not take zstd'
      return status === 415 ? 'the server does not take JSON on this port' : ''
    } catch (error) {
      // the case itself will say so
      if (error instanceof Unmet) return ''
      throw error
    } finally {
      target.close()
    }
  }
  return async (need) => {
    const answer = known.get(need) ?? ask(need)
    known.set(need, answer)
    return await answer
  }
}

export interface LevelTotals {
  passed: number
  failed: number
  notRun: number
}

export function totalsOf(results: readonly CaseResult[]): Record<Level, LevelTotals> {
  const count = (level: Level): LevelTotals => {
    const of = results.filter((result) => result.case.level === level)
    const number = (outcome: Outcome) => of.filter((result) => result.outcome === outcome).length
    return { passed: number('passed'), failed: number('failed'), notRun: number('not-run') }
  }
  return { MUST: count('MUST'), SHOULD: count('SHOULD'), MAY: count('MAY') }
}
