import type { ConformanceCase } from './conformance-case.ts'
import { faults } from './reference/faults.ts'
import { referenceLimit, startReference } from './reference/reference-server.ts'
import type { ReferenceServer } from './reference/reference-server.ts'
import { runCases } from './run-cases.ts'
import type { CaseResult } from './run-cases.ts'

export interface SelfCheckRow {
  id: string
  /** What the faulty server does. */
  fault: string
  /** The case failed against the server with the fault, as it must. */
  seenToFail: boolean
  /** How it failed, or how it did not. */
  reason: string
  /** The case failed against the server without a fault, as it must not; '' where it did not. */
  falseAlarm: string
}

/** Cases that no server that conforms can be asked to show: it would have to be overloaded. */
const onlyWithFaults: ReadonlySet<string> = new Set([
  'retries/retry-after',
  'retries/grpc-retry-info',
])

/**
 * Runs every case against the reference server twice: as it is, where the case must pass, and with the fault of the case,
 * where it must fail. A check that was never seen to fail is no evidence.
 */
export async function selfCheck(
  cases: readonly ConformanceCase[],
  report: (row: SelfCheckRow) => void = () => undefined,
): Promise<SelfCheckRow[]> {
  const sound = await startReference()
  const good = await runCases(cases, optionsFor(sound))
  await sound.close()
  const rows: SelfCheckRow[] = []
  for (const [i, conformanceCase] of cases.entries()) {
    const row = await checkCase(conformanceCase, good[i]!)
    rows.push(row)
    report(row)
  }
  return rows
}

async function checkCase(
  conformanceCase: ConformanceCase,
  good: CaseResult,
): Promise<SelfCheckRow> {
  const fault = faults[conformanceCase.fault]
  const faulty = await startReference(fault)
  try {
    const [result] = await runCases([conformanceCase], optionsFor(faulty))
    const { outcome, reason } = result!
    const passes =
      good.outcome === 'passed' ||
      (good.outcome === 'not-run' && onlyWithFaults.has(conformanceCase.id))
    return {
      id: conformanceCase.id,
      fault: fault.about,
      seenToFail: outcome === 'failed',
      reason: outcome === 'passed' ? 'it passed' : reason,
      falseAlarm: passes ? '' : `${good.outcome}: ${good.reason}`,
    }
  } finally {
    await faulty.close()
  }
}

const optionsFor = ({ url, grpcUrl }: ReferenceServer) => ({
  url,
  grpcUrl,
  headers: {},
  limitBytes: referenceLimit,
  timeout: 15_000,
})
