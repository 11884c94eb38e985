import { historyPlan } from '../judge/history/history-plan.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import type { Policy } from '../judge/policy.ts'
import { type AlteredRows, alteredStore } from './altered-store.ts'
import { isDetectableBefore } from './clearly-detectable.ts'
import type { PartDrill } from './drill-parts.ts'
import { type CountedRequests, countRequests, failingRequests } from './failing-requests.ts'
import { placeboRelease } from './load-cut.ts'
import type { PartPlant } from './self-check.ts'
import { spoiledPolicy, spoiledSince, spoiledWatch } from './spoil-judge.ts'
import { scaleEnds, watchTime } from './watch-time.ts'
import type { WatchedUnits } from './watch-units.ts'

/** A past cut against the time before it, as of a release that began with the cut. */
export async function timePlacebo(
  window: JudgeWindow,
  versions: readonly string[],
  drill: PartDrill,
): Promise<WatchedUnits | null> {
  const watched = await watchCut(window, versions, drill, { columns: {} })
  return spoiledWatch(watched, (window.to - window.from) / 1000, drill.bug)
}

/** Shares of the requests that fail from the start of the cut on. */
const plantedShares = [0.2, 1] as const

/** From the start of a copy of a cut on, requests of all versions fail: what no comparison side by side can show. */
export async function timePlant(
  window: JudgeWindow,
  versions: readonly string[],
  number: number,
  seed: number,
  drill: PartDrill,
): Promise<PartPlant> {
  const { store, service, policy } = drill
  const share = plantedShares[number % plantedShares.length]!
  const seen = await countRequests(store, service, window)
  const rows = failingRequests(service, window.from, share, `time ${seed}`)
  const watched = await watchCut(window, versions, drill, rows)
  const isFound = watched?.findings.some(({ kind }) => kind === 'failure-rate') === true
  const seconds = isFound ? watched.alarmSeconds : null
  return {
    part: 'time',
    what: `${share * 100} % of the requests fail, of all versions`,
    subject: service.service,
    candidateShare: 1,
    isDetectable: isDetectable(window, seen, share, policy),
    found: seconds !== null,
    seconds,
  }
}

/** At the end of some scale of the comparison, with as many requests before as after. */
function isDetectable(
  window: JudgeWindow,
  { requests, failed }: CountedRequests,
  effect: number,
  policy: Policy,
): boolean {
  const { from, blockMillis } = window
  return scaleEnds(window).some((blocks) => {
    const to = from + blocks * blockMillis
    const { scale } = historyPlan({ ...window, to, blocks }, blockMillis)
    const part = (requests * blocks) / window.blocks
    return isDetectableBefore({ requests: part, failed: (part * failed) / requests }, effect, {
      policy,
      scale,
    })
  })
}

function watchCut(
  window: JudgeWindow,
  versions: readonly string[],
  { store, service, policy, detectors, bug, slice }: PartDrill,
  rows: AlteredRows,
): Promise<WatchedUnits | null> {
  return watchTime({
    store: alteredStore(store, { traces: spoiledSince(rows, bug, window.from) }),
    release: placeboRelease(service, window.from, versions),
    window,
    policy: spoiledPolicy(policy, bug),
    detectors,
    slice,
  })
}
