import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { JudgePace, JudgeWindow } from '../judge/judge-window.ts'
import { edgesPart } from '../judge/parts/edges/look-at-edges.ts'
import type { EvidencePart } from '../judge/parts/evidence-part.ts'
import { metricsPart } from '../judge/parts/metrics/look-at-metrics.ts'
import type { Policy } from '../judge/policy.ts'
import { type AlteredRows, alteredStore } from './altered-store.ts'
import { type CutToDivide, type DividedCut, divideCut, usualShares } from './divide-cut.ts'
import type { DrilledService } from './load-slots.ts'
import type { PlantedBug } from './self-check.ts'
import { spoiledMetrics, spoiledParts, spoiledRows, spoiledUnits } from './spoil-judge.ts'
import { evenLooks, type PartWatch, watchPart } from './watch-part.ts'
import type { WatchedUnits } from './watch-units.ts'

export interface PartDrill {
  store: Store
  service: DrilledService
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  bug: PlantedBug | undefined
  slice: () => Promise<void>
}

/**
 * The evidence for edges is weighed at the end of every block, however many looks there are; what fleets of processes differ
 * by is measured anew at every look at metrics. A look costs up to ten questions to the store.
 */
const edgeLooks = 1
const metricLooks = 2
/** How soon a regression is found is told to a half of the cut. */
export const plantLooks = 2

/**
 * Edges and metrics of a placebo, by the parts of the judge themselves.
 * @param number of the placebo; every other one divides instances, where there are several
 */
export async function partPlacebo(
  cut: CutToDivide,
  number: number,
  seed: number,
  drill: PartDrill,
): Promise<Partial<Record<'edges' | 'metrics', WatchedUnits>>> {
  const divided = dividedFor(cut, number, seed)
  const { window } = cut.loaded
  const watched = (part: EvidencePart, looks: number): Promise<WatchedUnits | null> =>
    watchPart(watchOf(part, divided, window, drill), evenLooks(window, looks))
  const edges = await watched(edgesPart, edgeLooks)
  // traces that were divided by chance are nothing to what processes count
  const metrics = divided.by === 'instances' ? await watched(metricsPart, metricLooks) : null
  return { ...(edges && { edges }), ...(metrics && { metrics }) }
}

/** As the own requests of the placebo of that number are divided. */
export function dividedFor(cut: CutToDivide, number: number, seed: number): DividedCut {
  const share = usualShares[number % usualShares.length]!
  const byInstance = number % 2 === 1 ? divideCut(cut, 'instances', share, seed) : null
  return byInstance ?? divideCut(cut, 'traces', share, seed)!
}

/** @param traces how the spans differ from those of the cut; left out, they do not */
export function watchOf(
  part: EvidencePart,
  { altered, recorded, table }: DividedCut,
  window: JudgeWindow,
  { store, pace, policy, detectors, bug, slice }: PartDrill,
  traces: AlteredRows | undefined = altered.traces,
): PartWatch {
  const spans = traces === undefined ? undefined : spoiledRows(traces, bug)
  const metrics = altered.metrics && spoiledMetrics(altered.metrics, bug, store)
  return {
    part,
    store: alteredStore(store, {
      ...altered,
      ...(spans && { traces: spans }),
      ...(metrics && { metrics }),
    }),
    recorded,
    table: spoiledUnits(table, bug),
    window,
    pace,
    policy: spoiledParts(policy, bug),
    detectors,
    slice,
  }
}
