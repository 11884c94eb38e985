import type { Detector } from '../../signals/detector.ts'
import { unansweredPeers } from '../../signals/unanswered-peers.ts'
import type { Store } from '../../store/store.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import type { Evidence, Verdict } from '../verdict.ts'
import { blindSpots } from './blind-spots.ts'
import { comparePopulations } from './compare-populations.ts'
import { coverageGaps } from './coverage.ts'
import { dashboard } from './dashboard.ts'
import { decide } from './decide.ts'
import { evidencePlan } from './evidence-plan.ts'
import type { WatchState } from './hypothesis.ts'
import { judgeUnits } from './judge-units.ts'
import { judgeWindow, type JudgePace } from './judge-window.ts'
import { loadUnits } from './load-units.ts'
import type { Policy } from './policy.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'

export interface JudgeInput {
  store: Store
  recorded: RecordedRelease
  state: WatchState
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  /** Milliseconds since the epoch. */
  now: number
  /** A newer release of the same service and environment has begun. */
  superseded: boolean
  /** Address of the release's page. */
  url: string
}

export interface Judgement {
  verdict: Verdict
  evidence: Evidence
  state: WatchState
}

/** One look at a release: reads the evidence, puts the claims to the test, and says what may be concluded. */
export async function judgeRelease(input: JudgeInput): Promise<Judgement> {
  const { store, recorded, pace, policy, detectors, now } = input
  const { release } = recorded
  const window = judgeWindow(recorded, now, pace)
  const evaluatedAt = new Date(now).toISOString()

  const table = await loadUnits(store, release, window, { detectors })
  const gaps = await coverageGaps(store, release, table, window)
  const peers = await unansweredPeers({
    store,
    service: release.service,
    environment: release.environment,
    versions: [release.version],
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    sample: '1',
  })

  const selection = selectUnitAttributes(table)
  const { state, findings, distributions, claims, discovery } = judgeUnits(
    table,
    release.service,
    window,
    input.state,
    policy,
    evaluatedAt,
    selection,
  )
  const plan = evidencePlan(claims, window, policy)
  const comparison = comparePopulations(table, window, recorded.candidateShare, policy, selection)
  const spots = [
    ...gaps.map(({ spot }) => spot),
    ...blindSpots({
      release,
      table,
      window,
      comparison,
      discovery,
      peers,
      policy,
      selection,
    }),
  ]
  const sides = dashboard(table)
  const decision = decide({
    release,
    alarmed: state.alarmedAt !== null,
    findings,
    gaps,
    claims,
    plan,
    comparison,
    blindSpots: spots,
    requests: { baseline: sides.baseline.requests, candidate: sides.candidate.requests },
    superseded: input.superseded,
    now,
  })
  return {
    state,
    verdict: {
      release,
      ...decision,
      findings,
      blindSpots: spots,
      evidencePlan: plan,
      selfCheck: {
        placebos: { runs: 0, alarms: 0 },
        drills: { planted: 0, found: 0, smallestFound: null },
      },
      comparison,
      evaluatedAt,
      url: input.url,
    },
    evidence: {
      dashboard: sides,
      distributions,
      searched: {
        units: table.rows,
        sampledFrom: table.sampledFrom,
        attributes: discovery.attributes,
        cells: discovery.cells,
        looks: state.looks,
      },
    },
  }
}
