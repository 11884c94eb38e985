import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { UnitTable } from './unit-table.ts'
import { KeptUnits, type UnitSample } from './units/kept-units.ts'
import { unitScope } from './units/unit-scope.ts'

export interface LoadOptions {
  detectors: readonly Detector[]
  /** More entry spans than this are read as a hashed sample of traces. */
  maxUnits?: number
  /** At most so many attributes, the most frequent first. */
  maxAttributes?: number
  /** What an earlier look at the same release has read; it is brought up to date. Left out, everything is read. */
  kept?: KeptUnits
  /** Of the look, see `LookSample`; left out, every question reads all spans by itself. */
  sample?: UnitSample | undefined
}

/**
 * The units of a release's candidate and baseline in a window: entry spans (server, consumer) of the service, one row for
 * each trace, operation and version.
 */
export async function loadUnits(
  store: Store,
  release: Release,
  window: JudgeWindow,
  {
    detectors,
    maxUnits = 200_000,
    maxAttributes = 60,
    kept = new KeptUnits(),
    sample,
  }: LoadOptions,
): Promise<UnitTable> {
  const scope = unitScope(store, release, window)
  return await kept.load(scope, window, { detectors, maxUnits, maxAttributes, sample })
}
