import { createHash } from 'node:crypto'
import type { Cohort } from '../../cohorts/cohort.ts'
import type { Distribution, Effect, Finding, FindingKind, Severity } from '../verdict.ts'
import type { ExplainedClaim, ShownClaim } from './explain-claims.ts'
import { blockNumbers } from './block-numbers.ts'
import { leaveOutWarmUp } from './evaluate-harm.ts'
import { findingTitle } from './finding-title.ts'
import type { WatchState } from './hypothesis.ts'
import type { JudgeWindow } from './judge-window.ts'
import { measureLatency, measureRate } from './measure-effect.ts'
import type { Policy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'

export interface DescribedFindings {
  findings: Finding[]
  /** By finding id. */
  distributions: Record<string, Distribution>
}

const maxExemplars = 5

/** Turns confirmed claims into findings: first those that stand on their own, then the ones they account for. */
export function describeFindings(
  table: UnitTable,
  service: string,
  claims: readonly ExplainedClaim[],
  window: JudgeWindow,
  state: WatchState,
  policy: Policy,
  now: string,
): DescribedFindings {
  const distributions: Record<string, Distribution> = {}
  const blockOf = blockNumbers(table, window)
  const describe = (shown: ShownClaim, explains: string[]): Finding => {
    const { finding, distribution } = describeClaim(
      table,
      service,
      shown,
      blockOf,
      window.blocks,
      policy,
    )
    state.firstSeen[finding.id] ??= now
    distributions[finding.id] = distribution
    return {
      ...finding,
      evidence: { ...finding.evidence, firstSeen: state.firstSeen[finding.id]! },
      explains,
    }
  }
  const explained = claims.map(({ explains }) => explains.map((claim) => describe(claim, [])))
  const standing = claims.map((shown, i) =>
    describe(
      shown,
      explained[i]!.map(({ id }) => id),
    ),
  )
  return { findings: [...standing, ...explained.flat()], distributions }
}

function describeClaim(
  table: UnitTable,
  service: string,
  { claim: { hypothesis, maxLogE }, cohort, mask: inside, bad }: ShownClaim,
  blockOf: Int32Array,
  blocks: number,
  policy: Policy,
): { finding: Finding; distribution: Distribution } {
  const { kind, origin } = hypothesis
  // sizes come from the half that did not suggest the cohort, or they would be flattered by the choice
  const mask =
    origin === 'fixed'
      ? inside.slice()
      : inside.map((row, i) => (table.discovery[i] === 1 ? 0 : row))
  if (kind === 'latency') leaveOutWarmUp(table, mask)
  const measured =
    kind === 'latency'
      ? measureLatency(table, mask, policy.alphaInterval)
      : measureRate(table, mask, bad, blockOf, blocks, policy.alphaInterval, measureName[kind])
  const exemplars = exemplarRows(table, inside, bad, kind)
  return {
    distribution: measured.distribution,
    finding: {
      id: findingId(kind, cohort),
      kind,
      severity: severityOf(kind, measured.effect),
      title: findingTitle({
        kind,
        service,
        cohort,
        ...measured,
        reason: reasonOf(table, exemplars),
        confidence: 1 - policy.alphaInterval,
      }),
      cohort,
      effect: measured.effect,
      evidence: {
        eValue: Math.exp(Math.min(maxLogE, 600)),
        baselineCount: measured.baselineCount,
        candidateCount: measured.candidateCount,
        firstSeen: '',
        exemplars: exemplars.map((row) => table.traceIds[row]!),
      },
      explains: [],
    },
  }
}

const measureName = {
  'failure-rate': 'failure rate',
  'silent-failure': 'silent failure rate',
} as const

/** The same claim keeps its id when the ends of its ranges move. */
function findingId(kind: FindingKind, cohort: Cohort): string {
  const conditions = cohort.map((condition) => {
    const { attribute } = condition
    if (condition.op === '=') return `${attribute}=${JSON.stringify(condition.value)}`
    if (condition.op === 'in') return `${attribute} in ${JSON.stringify(condition.values)}`
    return `${attribute} ${condition.op}`
  })
  const name = [kind, ...conditions.toSorted()].join('|')
  return createHash('sha256').update(name).digest('hex').slice(0, 10)
}

function severityOf(kind: FindingKind, { ratio, candidate }: Effect): Severity {
  if (kind === 'latency') return ratio !== null && ratio >= 2 ? 'major' : 'minor'
  return ratio === null || ratio >= 5 || (candidate ?? 0) >= 0.05 ? 'critical' : 'major'
}

/** Up to five bad units of the candidate, the slowest first for latency, the earliest first otherwise. */
function exemplarRows(
  table: UnitTable,
  inside: Uint8Array,
  bad: Uint8Array,
  kind: FindingKind,
): number[] {
  const rows: number[] = []
  for (let row = 0; row < table.rows; row++) {
    if (inside[row] === 1 && bad[row] === 1 && table.candidate[row] === 1) rows.push(row)
  }
  if (kind === 'latency') rows.sort((a, b) => table.duration[b]! - table.duration[a]!)
  return rows.slice(0, maxExemplars)
}

function reasonOf(table: UnitTable, rows: readonly number[]): string | undefined {
  return rows.map((row) => table.silentReasons.get(row)).find((reason) => reason !== undefined)
}
