import type { Detector } from '../../../signals/detector.ts'
import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import type { Finding, HistoryComparison, TimeWindow } from '../../verdict.ts'
import type { WatchState } from '../hypothesis.ts'
import type { JudgeWindow } from '../judge-window.ts'
import type { LookSample } from '../look-sample.ts'
import type { Policy } from '../policy.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import type { UnitTable } from '../unit-table.ts'
import { isSamePlace } from '../same-place.ts'
import { warmingBlocks } from '../warm-up.ts'
import { durationBuckets, firstBlockWithTraffic, type HistoryCounts } from './history-counts.ts'
import { compareVersions, describeVersions } from './compare-versions.ts'
import { describeHistory, type HistoryWords } from './describe-history.ts'
import type { CachedHistory, HistoryCache } from './history-cache.ts'
import { type HistoryPlan, historyPlan, referenceLengths } from './history-plan.ts'
import { historySafety } from './history-safety.ts'
import { type HistoryJudgement, judgeHistory } from './judge-history.ts'
import { historyScope, type KnownUnits, loadAfter, loadGrids } from './load-history.ts'
import { type PreparedHistory, prepareHistory } from './prepare-history.ts'
import { loadUntouched, type SharedRise, sharedRise } from './shared-rise.ts'

export interface HistoryInput {
  store: Store
  release: Release
  window: JudgeWindow
  /** The judge's own block width. */
  baseMillis: number
  policy: Policy
  detectors: readonly Detector[]
  /** Units of the look, for exemplars. */
  table: UnitTable
  /** What of the time before is among the units of a look. */
  known?: KnownUnits
  /** Of the look; left out, everything is read from all spans. */
  sample?: LookSample | undefined
  /** ISO 8601 */
  now: string
  /** What findings say that it is compared with. */
  than?: string
  /** No old version answers beside the new one, or none any more. */
  isAlone?: boolean
  /** For whoever looks again and again; left out, everything is read. */
  cache?: HistoryCache | undefined
}

/** The time before a release, as far as its looks at one scale need it; null where the service had no traffic. */
export async function readHistory(input: HistoryInput): Promise<CachedHistory | null> {
  const { store, release, window, policy, cache } = input
  const plan = historyPlan(window, input.baseMillis)
  const oneOf = input.table.sample?.oneOf ?? 1
  const read = async (): Promise<CachedHistory | null> => {
    const scope = await historyScope(store, release, input.detectors, plan, oneOf)
    if (scope === null) return null
    const grids = await loadGrids(scope, plan, input.known, input.sample)
    const prepared = prepareHistory(grids, plan, policy)
    const first = firstBlockWithTraffic(grids.now) ?? 0
    return { scope, prepared, window: windowOf(prepared, plan, first) }
  }
  const key = `${release.id} ${release.startedAt} ${plan.scale} ${plan.blockMillis} ${oneOf}`
  return await (cache === undefined ? read() : cache.get(key, window.to - window.from, read))
}

/** What the time since the release began shows against the time before it. */
export interface HistoryLook {
  comparison: HistoryComparison
  findings: Finding[]
  /** The evidence crossed its bound, at this look or an earlier one. */
  isAlarmed: boolean
  /** What `proceed` needs where no old version answers beside the new one. */
  claims: SafetyClaim[]
  referenceRequests: number
  sharedRise: SharedRise | null
  /** With what this look adds. */
  state: WatchState
}

/**
 * The before/after comparison of one look: all versions of the service together, since the release began, against the same
 * service before it. Null where there is no such time.
 * @param reading of the time before, where that has begun
 */
export async function lookAtHistory(
  input: HistoryInput,
  state: WatchState,
  reading: Promise<CachedHistory | null> = readHistory(input),
): Promise<HistoryLook | null> {
  const { store, release, window, policy } = input
  const plan = historyPlan(window, input.baseMillis)
  const cached = await reading
  if (cached === null || cached.prepared === null) return null
  const prepared = { ...cached.prepared, plan }
  const after = withoutWarmUp(
    await loadAfter(cached.scope, plan, input.table, input.sample),
    input.table,
    plan,
  )

  let judged = judgeHistory(prepared, after)
  let shared: SharedRise | null = null
  if (judged.alarmed.includes('failures') && state.historyAlarm === undefined) {
    const seen = afterWindow(plan)
    const untouched = await loadUntouched(store, release, cached.window, seen, cached.scope.oneOf)
    shared = sharedRise(untouched)
    if (shared !== null && shared.factor > 1)
      judged = withoutShared(prepared, after, judged, shared)
  }
  const firstSeen = { ...state.firstSeen }
  const words: HistoryWords = {
    service: release.service,
    table: input.table,
    alphaInterval: policy.alphaInterval,
    now: input.now,
    firstSeen,
    than: input.than ?? 'than before the release',
    remark: remarkOn(shared),
  }
  const findings = describeHistory(judged.confirmed, words)
  const isNew = judged.alarmed.length > 0
  const remembered = state.historyAlarm ?? []
  const lost = remembered.filter(({ id }) => !findings.some((finding) => finding.id === id))
  const historyAlarm = isNew ? [...findings, ...lost] : remembered
  const versions = input.isAlone === true ? compareVersions(prepared, input.table, policy) : []
  const later = describeVersions(versions, words).filter(
    (finding) => ![...findings, ...lost].some((other) => isSamePlace(finding, other)),
  )
  const { hourClass, calibration, referenceRequests } = prepared
  const claims = rememberMet(historySafety(prepared, after, release.service, policy), state)
  const historyProven = claims
    .slice(1)
    .flatMap(({ met, requirement }) => (met ? [requirement] : []))
  return {
    comparison: {
      window: cached.window,
      hourClass,
      replayedCuts: calibration.replayedCuts,
      margin: calibration.margins.failures,
      isCalibrated: calibration.isCalibrated,
    },
    findings: [...findings, ...lost, ...later],
    isAlarmed: historyAlarm.length > 0,
    claims,
    referenceRequests,
    sharedRise: shared,
    state: {
      ...state,
      firstSeen,
      alarmedAt: state.alarmedAt ?? (isNew ? input.now : null),
      ...(historyAlarm.length > 0 && { historyAlarm }),
      ...(historyProven.length > 0 && { historyProven }),
    },
  }
}

/** The durations of blocks in which many units came from instances that were not warm yet do not count. */
function withoutWarmUp(after: HistoryCounts, table: UnitTable, plan: HistoryPlan): HistoryCounts {
  const grid = { from: plan.start, blockMillis: plan.blockMillis, blocks: plan.seenBlocks }
  const isWarming = warmingBlocks(table, grid, 'all')
  for (const { durations } of after.operations.values()) {
    isWarming.forEach((isOne, block) => {
      if (isOne === 1) durations.fill(0, block * durationBuckets, (block + 1) * durationBuckets)
    })
  }
  return after
}

/** The alarm of failures counts only above the rise that untouched services had too; the findings stay to be seen. */
function withoutShared(
  prepared: PreparedHistory,
  after: Parameters<typeof judgeHistory>[1],
  judged: HistoryJudgement,
  { factor }: SharedRise,
): HistoryJudgement {
  const { margins } = prepared.calibration
  const above = judgeHistory(prepared, after, { ...margins, failures: margins.failures * factor })
  return { ...judged, alarmed: above.alarmed }
}

function remarkOn(shared: SharedRise | null): string {
  if (shared === null || shared.factor === 1) return ''
  return `Failures rose for ${shared.risen} of ${shared.services} services that the release does not touch, too.`
}

/** What was proven at an earlier look stays so; with every proof there, the history was long enough for them. */
function rememberMet(claims: SafetyClaim[], { historyProven = [] }: WatchState): SafetyClaim[] {
  const [enough, ...proofs] = claims.map((claim) =>
    historyProven.includes(claim.requirement) ? { ...claim, met: true, progress: 1 } : claim,
  )
  const all = proofs.length > 0 && proofs.every(({ met }) => met)
  return enough === undefined
    ? []
    : [all ? { ...enough, met: true, progress: 1 } : enough, ...proofs]
}

function afterWindow({ start, seenBlocks, blockMillis }: HistoryPlan): TimeWindow {
  return timeWindow(start, start + seenBlocks * blockMillis)
}

/** The latest time that the requests of the release are compared with. */
function windowOf(
  prepared: PreparedHistory | null,
  { start, cutBlocks, blockMillis }: HistoryPlan,
  first: number,
): TimeWindow {
  const length = cutBlocks * blockMillis
  if (prepared?.hourClass === 'the time just before') {
    const blocks = Math.min(referenceLengths * cutBlocks, -first)
    return timeWindow(start - blocks * blockMillis, start)
  }
  const days = prepared?.hourClass === 'same hour yesterday' ? 1 : 7
  return timeWindow(start - days * 86_400_000, start - days * 86_400_000 + length)
}

function timeWindow(from: number, to: number): TimeWindow {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
