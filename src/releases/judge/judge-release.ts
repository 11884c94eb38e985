import { configSpots } from '../configuration/config-spots.ts'
import { linkChanges } from '../configuration/link-changes.ts'
import { shownConfiguration } from '../configuration/release-changes.ts'
import type { ReleaseChanges } from '../configuration/release-changes.ts'
import type { SelfCheckRun } from '../drill/self-check.ts'
import { selfCheckDoubt, selfCheckSpots, verdictSelfCheck } from '../drill/self-check-words.ts'
import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import type { Evidence, Verdict } from '../verdict.ts'
import { attributeFindings } from './attribution/attribute-findings.ts'
import { blindSpots } from './blind-spots.ts'
import { comparePopulations } from './compare-populations.ts'
import { coverageGaps } from './coverage.ts'
import { dashboard } from './dashboard.ts'
import { decide } from './decide.ts'
import { evidencePlan } from './evidence-plan.ts'
import type { HistoryCache } from './history/history-cache.ts'
import { type HistoryInput, lookAtHistory, readHistory } from './history/look-at-history.ts'
import { mergeHistory } from './history/merge-history.ts'
import type { WatchState } from './hypothesis.ts'
import { LookSample } from './look-sample.ts'
import { judgeUnitsInSteps } from './judge-units.ts'
import { judgeWindow, type JudgePace, type JudgeWindow } from './judge-window.ts'
import { evidenceParts } from './parts/evidence-parts.ts'
import { beginParts, partUnits } from './parts/look-at-parts.ts'
import { mergeParts } from './parts/merge-parts.ts'
import { lookAtPlan, type PlanCache, readPlan } from './plan/look-at-plan.ts'
import { notExcluded } from './plan/not-excluded.ts'
import { peersAtLook } from './peers-at-look.ts'
import { concurrentPolicy, type Policy } from './policy.ts'
import { ReadAhead } from './read-ahead.ts'
import { inTurns } from './in-turns.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'
import { KeptLooks } from './units/kept-looks.ts'
import { markWarmUp, settledWarmUp } from './warm-up.ts'
import { warmUpSpots } from './warm-up-spots.ts'

export interface JudgeInput {
  store: Store
  recorded: RecordedRelease
  state: WatchState
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  /** Milliseconds since the epoch. */
  now: number
  /** All that are known, for those that overlap with this one. */
  releases?: readonly RecordedRelease[]
  /** A newer release of the same service and environment has begun. */
  superseded: boolean
  /** Address of the release's page. */
  url: string
  /** What changed of its configuration; null where no snapshot tells. */
  changes?: ReleaseChanges | null
  /** The latest drill of the judge on the past of this service. */
  selfCheck?: SelfCheckRun | null
  /** Of whoever looks again and again while nothing old is imported. */
  historyCache?: HistoryCache
  planCache?: PlanCache
  kept?: KeptLooks
}

export interface Judgement {
  verdict: Verdict
  evidence: Evidence
  state: WatchState
}

/** One look at a release: reads the evidence, puts the claims to the test, and says what may be concluded. */
export async function judgeRelease(input: JudgeInput): Promise<Judgement> {
  const { store, recorded, pace, now } = input
  const window = judgeWindow(recorded, now, pace)
  const sample = new LookSample(store, recorded.release, window, pace)
  try {
    return await lookAtRelease(input, window, sample)
  } finally {
    await sample.close()
  }
}

async function lookAtRelease(
  input: JudgeInput,
  window: JudgeWindow,
  sample: LookSample,
): Promise<Judgement> {
  const { store, recorded, pace, policy, detectors, now, changes = null, selfCheck = null } = input
  const { release } = recorded
  const evaluatedAt = new Date(now).toISOString()

  const kept = input.kept ?? new KeptLooks()
  const loaded = await kept.units.load(store, release, window, {
    detectors,
    sample,
  })
  const settledBy = input.state.warmUpBy
  const table = markWarmUp(loaded, window, pace.warmUpSeconds ?? 0, settledBy)
  const warmUpBy = settledBy === undefined ? settledWarmUp(table, window) : settledBy
  const concurrentGaps = await coverageGaps(store, release, table, window)
  // the engine answers while the units are judged
  const ahead = new ReadAhead()
  const historyInput: HistoryInput = {
    store,
    release,
    window,
    policy,
    detectors,
    table,
    baseMillis: pace.blockSeconds * 1000,
    sample,
    now: evaluatedAt,
    cache: input.historyCache,
    isAlone: concurrentGaps.some(({ side }) => side === 'baseline'),
  }
  const historyRead = ahead.start(() => readHistory(historyInput))
  const lookAtParts = beginParts(evidenceParts, {
    store,
    recorded,
    window,
    pace,
    policy,
    detectors,
    table,
    now,
    sample,
    watcher: input.historyCache ?? null,
    historyCache: input.historyCache,
    ahead,
  })
  const planRead = ahead.start(() => readPlan({ store, release, window, cache: input.planCache }))
  const oneOf = table.sample?.oneOf ?? 1
  const peersRead = ahead.start(() =>
    peersAtLook(store, release, window, oneOf, kept.peers, sample),
  )

  const selection = selectUnitAttributes(table)
  const judged = await inTurns(
    judgeUnitsInSteps(
      table,
      release.service,
      window,
      { ...input.state, ...(warmUpBy !== undefined && { warmUpBy }) },
      concurrentPolicy(policy),
      evaluatedAt,
      selection,
      kept.seriesOf(release.id),
    ),
  )
  const { distributions, discovery } = judged
  const history = await lookAtHistory(historyInput, judged.state, historyRead)
  const parts = await lookAtParts(
    [...judged.findings, ...(history?.findings ?? [])],
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
  const merged = mergeParts(basis, parts)
  const { gaps, claims, comparison, requestsBefore, ...others } = merged
  const { findings, isDeflected } = await attributeFindings(merged.findings, {
    store,
    recorded,
    releases: input.releases ?? [],
    window,
    policy,
    table,
    unitsOf: (finding) => partUnits(parts, finding),
    now,
  })
  const { counted } = parts.looks.get('metrics') ?? {}
  const seen = lookAtPlan({ window, policy, table, counted }, await planRead)
  const plan = evidencePlan(claims, {
    window,
    policy,
    seen,
    candidateShare: recorded.candidateShare,
    isConcurrent: requestsBefore === null,
    isArriving: gaps.length === 0,
    findings,
  })
  const configuration = configSpots(changes, {
    beforeAfter: history?.comparison.isCalibrated ?? false,
  })
  const peers = await peersRead
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
      claims,
      historyClaims: history?.claims ?? [],
      plan: seen,
      selection,
    }),
    ...warmUpSpots(table),
    ...selfCheckSpots(selfCheck, release.service),
  ]
  const sides = dashboard(table)
  const open = notExcluded({
    service: release.service,
    table,
    window,
    claims,
    comparison,
    gaps,
    policy,
  })
  // neither rests on the split of the traffic
  const isRisen = history?.isAlarmed === true || parts.looks.get('late')?.isAlarmed === true
  const decision = decide({
    release,
    alarmed: state.alarmedAt !== null && !isDeflected,
    historyAlarmed: isRisen && !isDeflected,
    findings,
    gaps,
    claims,
    plan,
    comparison,
    blindSpots: spots,
    notExcluded: open,
    withheld: configuration.withheld ?? others.withheld,
    requests: {
      baseline: others.counted?.baseline ?? requestsBefore ?? sides.baseline.requests,
      candidate: others.counted?.candidate ?? sides.candidate.requests,
    },
    superseded: input.superseded,
    now,
  })
  const doubt = selfCheckDoubt(selfCheck, decision.verdict, findings)
  return {
    state,
    verdict: {
      release,
      ...decision,
      headline: doubt === null ? decision.headline : `${decision.headline} ${doubt}`,
      findings: linkChanges(findings, changes, release.service),
      blindSpots: spots,
      evidencePlan: plan,
      ...(decision.verdict === 'hold' && { notExcluded: open }),
      selfCheck: verdictSelfCheck(selfCheck),
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
