import { historyPlan } from '../judge/history/history-plan.ts'
import type { JudgeWindow } from '../judge/judge-window.ts'
import { latePart } from '../judge/plan/late-part.ts'
import { lateWindow } from '../judge/plan/late-windows.ts'
import type { Policy } from '../judge/policy.ts'
import { type AlteredRows, alteredStore } from './altered-store.ts'
import { isDetectableBefore } from './clearly-detectable.ts'
import type { PartDrill } from './drill-parts.ts'
import { type CountedRequests, countRequests, failingRequests } from './failing-requests.ts'
import { placeboRelease } from './load-cut.ts'
import type { PartPlant } from './self-check.ts'
import { spoiledPolicy, spoiledSince, spoiledWatch } from './spoil-judge.ts'
import { watchPart } from './watch-part.ts'
import { noUnits } from './watch-time.ts'
import type { WatchedUnits } from './watch-units.ts'

/** The later parts of a watch of a past cut, each compared with what was before it. */
export async function latePlacebo(
  window: JudgeWindow,
  versions: readonly string[],
  drill: PartDrill,
): Promise<WatchedUnits | null> {
  const watched = await watchLate(window, versions, drill, { columns: {} }, lateLooks(window))
  return spoiledWatch(watched, (window.to - window.from) / 1000, drill.bug)
}

/** Shares of the requests that fail from then on. */
const plantedShares = [0.5, 1] as const
/** Where in the cut they begin. */
const onsetAt = 0.85

function onsetOf({ from, blockMillis, blocks }: JudgeWindow): number {
  return from + Math.floor(onsetAt * blocks) * blockMillis
}

/** From late in a copy of a cut on, requests of all versions fail. */
export async function latePlant(
  window: JudgeWindow,
  versions: readonly string[],
  number: number,
  seed: number,
  drill: PartDrill,
): Promise<PartPlant> {
  const { store, service, policy } = drill
  const share = plantedShares[number % plantedShares.length]!
  const { from, blockMillis } = window
  const onset = onsetOf(window)
  const seen = await countRequests(store, service, window)
  const rows = failingRequests(service, onset, share, `late ${seed}`)
  const looks = lateLooks(window).filter((look) => from + look * blockMillis > onset)
  const watched = await watchLate(window, versions, drill, rows, looks, (findings) =>
    findings.some(({ kind }) => kind === 'failure-rate'),
  )
  const seconds = watched?.alarmSeconds ?? null
  return {
    part: 'late',
    what: `${share * 100} % of the requests fail from then on`,
    subject: service.service,
    candidateShare: 1,
    isDetectable: isDetectable(window, onset, seen, share, policy),
    found: seconds !== null,
    seconds: seconds === null ? null : seconds - (onset - from) / 1000,
  }
}

/** In the longest later part of the watch that lies in the fault as a whole, compared with the time just before it. */
function isDetectable(
  window: JudgeWindow,
  onset: number,
  { requests, failed }: CountedRequests,
  effect: number,
  policy: Policy,
): boolean {
  const { from, to, blockMillis } = window
  return lateLooks(window).some((blocks) => {
    const seen = from + blocks * blockMillis
    const late = lateWindow(from, seen)
    if (late === null || late.from < onset) return false
    const plan = historyPlan({ ...window, from: late.from, to: seen, blocks }, blockMillis)
    const own = { ...policy, historyShare: policy.lateShare * late.share }
    const part = (requests * (seen - late.from)) / (to - from)
    return isDetectableBefore({ requests: part, failed: (part * failed) / requests }, effect, {
      policy: own,
      scale: plan.scale,
    })
  })
}

async function watchLate(
  window: JudgeWindow,
  versions: readonly string[],
  { store, service, pace, policy, detectors, bug, slice }: PartDrill,
  rows: AlteredRows,
  looks: readonly number[],
  isEnough?: Parameters<typeof watchPart>[2],
): Promise<WatchedUnits | null> {
  const release = placeboRelease(service, window.from, versions)
  return await watchPart(
    {
      part: latePart,
      store: alteredStore(store, { traces: spoiledSince(rows, bug, onsetOf(window)) }),
      recorded: { release, candidateShare: null, origin: 'announced' },
      table: noUnits(),
      window,
      pace,
      policy: spoiledPolicy(policy, bug),
      detectors,
      slice,
    },
    looks,
    isEnough,
  )
}

/**
 * The last block of each scale of the comparison in each later part: one look there shows what a look at every block would
 * have shown, since the greatest evidence at any block counts.
 */
function lateLooks({ from, blockMillis, blocks }: JudgeWindow): number[] {
  const testOf = (seen: number): string | null => {
    const to = from + seen * blockMillis
    const late = lateWindow(from, to)
    if (late === null || to - late.from < blockMillis) return null
    const plan = historyPlan({ from: late.from, to, blockMillis, blocks: seen }, blockMillis)
    return `${late.from} ${plan.scale}`
  }
  const looks: number[] = []
  for (let seen = 1; seen <= blocks; seen++) {
    const test = testOf(seen)
    if (test !== null && (seen === blocks || testOf(seen + 1) !== test)) looks.push(seen)
  }
  return looks
}
