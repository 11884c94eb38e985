import { configSpots } from '../configuration/config-spots.ts'
import { linkChanges } from '../configuration/link-changes.ts'
import { shownConfiguration } from '../configuration/release-changes.ts'
import type { ReleaseChanges } from '../configuration/release-changes.ts'
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
import type { HistoryCache } from './history/history-cache.ts'
import { lookAtHistory } from './history/look-at-history.ts'
import { mergeHistory } from './history/merge-history.ts'
import type { WatchState } from './hypothesis.ts'
import { judgeUnits } from './judge-units.ts'
import { judgeWindow, type JudgePace } from './judge-window.ts'
import { loadUnits } from './load-units.ts'
import { evidenceParts } from './parts/evidence-parts.ts'
import { lookAtParts } from './parts/look-at-parts.ts'
import { mergeParts } from './parts/merge-parts.ts'
import { concurrentPolicy, type Policy } from './policy.ts'
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
  /** What changed of its configuration; null where no snapshot tells. */
  changes?: ReleaseChanges | null
  /** Of whoever looks again and again while nothing old is imported. */
  historyCache?: HistoryCache
}

export interface Judgement {
  verdict: Verdict
  evidence: Evidence
  state: WatchState
}

/** One look at a release: reads the evidence, puts the claims to the test, and says what may be concluded. */
export async function judgeRelease(input: JudgeInput): Promise<Judgement> {
  const { store, recorded, pace, policy, detectors, now, changes = null } = input
  const { release } = recorded
  const window = judgeWindow(recorded, now, pace)
  const evaluatedAt = new Date(now).toISOString()

  const table = await loadUnits(store, release, window, { detectors })
  const concurrentGaps = await coverageGaps(store, release, table, window)
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
  const judged = judgeUnits(
    table,
    release.service,
    window,
    input.state,
    concurrentPolicy(policy),
    evaluatedAt,
    selection,
  )
  const { distributions, discovery } = judged
  const history = await lookAtHistory(
    {
      store,
      release,
      window,
      policy,
      detectors,
      table,
      baseMillis: pace.blockSeconds * 1000,
      now: evaluatedAt,
      cache: input.historyCache,
    },
    judged.state,
  )
  const parts = await lookAtParts(
    evidenceParts,
    { store, recorded, window, pace, policy, detectors, table, now },
    history?.state ?? judged.state,
  )
  const { state } = parts
  const basis = mergeHistory(
    release,
    {
      findings: judged.findings,
      gaps: concurrentGaps,
      claims: judged.claims,
      comparison: comparePopulations(table, window, recorded.candidateShare, policy, selection),
    },
    history,
  )
  const { findings, gaps, claims, comparison, requestsBefore, ...others } = mergeParts(basis, parts)
  const plan = evidencePlan(claims, window, policy)
  const configuration = configSpots(changes, {
    beforeAfter: history?.comparison.isCalibrated ?? false,
  })
  const spots = [
    ...gaps.map(({ spot }) => spot),
    ...configuration.spots,
    ...others.spots,
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
    historyAlarmed: history?.isAlarmed ?? false,
    findings,
    gaps,
    claims,
    plan,
    comparison,
    blindSpots: spots,
    withheld: configuration.withheld ?? others.withheld,
    requests: {
      baseline: requestsBefore ?? sides.baseline.requests,
      candidate: sides.candidate.requests,
    },
    superseded: input.superseded,
    now,
  })
  return {
    state,
    verdict: {
      release,
      ...decision,
      findings: linkChanges(findings, changes, release.service),
      blindSpots: spots,
      evidencePlan: plan,
      selfCheck: {
        placebos: { runs: 0, alarms: 0 },
        drills: { planted: 0, found: 0, smallestFound: null },
      },
      comparison,
      ...(changes !== null && { configuration: shownConfiguration(changes) }),
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
