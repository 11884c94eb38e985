/** Reads units look by look while spans arrive, and compares what is kept with one reading of everything. */
import { expect } from 'vitest'
import type { JudgeWindow } from '../../src/releases/judge/judge-window.ts'
import { loadUnits } from '../../src/releases/judge/load-units.ts'
import type { UnitTable } from '../../src/releases/judge/unit-table.ts'
import { KeptUnits } from '../../src/releases/judge/units/kept-units.ts'
import { detectors } from '../../src/signals/detectors.ts'
import { createRandom } from '../../src/stats/random.ts'
import type { Store } from '../../src/store/store.ts'
import { type ArrivingSpan, arrivingSpans, storeSpans } from './arriving-spans.ts'
import { recordedAt } from './judge-at.ts'

export interface ArrivalOptions {
  environment: string
  seed: number
  traces: number
  /** More entry spans than this are sampled. */
  maxUnits: number
  minutes: number
  /** Every so many looks everything is read for comparison, and at the last. */
  compareEvery: number
}

const start = Date.UTC(2026, 0, 15, 6)
const minute = 60_000

/** Each span with the minute at which it arrives: most soon, some much later. */
function arrivals(
  spans: readonly ArrivingSpan[],
  seed: number,
): { span: ArrivingSpan; at: number }[] {
  const random = createRandom(seed)
  return spans.map((span) => {
    const late = random.uniform() < 0.02 ? 10 * random.uniform() : 0
    return { span, at: Math.floor((span.at - start) / minute + late) + 1 }
  })
}

/** @returns the last table, and how many spans belong to a unit that has others */
export async function readLookByLook(
  store: Store,
  { environment, seed, traces, maxUnits, minutes, compareEvery }: ArrivalOptions,
): Promise<{ last: UnitTable; repeated: number }> {
  const { release } = recordedAt(environment, start, { version: '2.0.0', baselineVersion: '1.0.0' })
  const spans = arrivingSpans(seed, traces, start, start + minutes * minute)
  const arriving = arrivals(spans, seed + 1_000)
  const kept = new KeptUnits()
  let last: UnitTable | undefined
  for (let look = 1, seen = 0, to = 1; seen < minutes + 3; look++) {
    const arrived = arriving.filter(({ at }) => at > seen && at <= to).map(({ span }) => span)
    await storeSpans(store, environment, arrived)
    const window = windowAt(to, minutes)
    const options = { detectors, maxUnits }
    const table = await loadUnits(store, release, window, { ...options, kept })
    seen = to
    // some looks are left out
    to += look % 5 === 0 ? 3 : 1
    if (look % compareEvery !== 0 && seen < minutes + 3) continue
    last = await loadUnits(store, release, window, options)
    expect(table).toEqual(last)
  }
  const units = new Set(spans.map(({ trace, name, kind }) => `${trace} ${name} ${kind}`))
  return { last: last!, repeated: spans.length - units.size }
}

/** In the last third blocks are twice as wide, so that the window ends earlier at times. */
function windowAt(to: number, minutes: number): JudgeWindow {
  const wide = to > (2 * minutes) / 3
  const end = wide ? to - (to % 2) : to
  return {
    from: start,
    to: start + end * minute,
    blockMillis: wide ? 2 * minute : minute,
    blocks: wide ? end / 2 : end,
  }
}
