import { comparePopulations } from '../../src/releases/judge/compare-populations.ts'
import { dashboard } from '../../src/releases/judge/dashboard.ts'
import { discoverCohorts } from '../../src/releases/judge/discover-cohorts.ts'
import { evaluateHarm } from '../../src/releases/judge/evaluate-harm.ts'
import { addFixedHypotheses } from '../../src/releases/judge/fixed-hypotheses.ts'
import { judgeWindow } from '../../src/releases/judge/judge-window.ts'
import { loadUnits } from '../../src/releases/judge/load-units.ts'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'
import { safetyClaims } from '../../src/releases/judge/safety-claims.ts'
import { selectUnitAttributes } from '../../src/releases/judge/select-unit-attributes.ts'
import { detectors } from '../../src/signals/detectors.ts'
import type { Stage } from './stages.ts'
import { minuteMillis, pace, recordedOf, releasedAt, type WatchedStore } from './watched-store.ts'

/** What a look computes from the units, each step by itself. */
export async function calculations(
  watched: WatchedStore,
  service: string,
  minutes: number,
): Promise<Stage[]> {
  const recorded = recordedOf(service)
  const window = judgeWindow(recorded, releasedAt + minutes * minuteMillis, pace)
  const table = await loadUnits(watched.store, recorded.release, window, { detectors })
  const stages: Stage[] = []
  const timed = <T>(name: string, calculate: () => T): T => {
    const started = performance.now()
    const result = calculate()
    stages.push({ name, questions: 0, seconds: (performance.now() - started) / 1000 })
    return result
  }
  const selection = timed('select attributes', () => selectUnitAttributes(table))
  const fixed = addFixedHypotheses([], table, window.blocks)
  const { hypotheses } = timed('search for cohorts', () => discoverCohorts(fixed, table, selection))
  timed(`harm, ${hypotheses.length} claims`, () =>
    evaluateHarm(table, hypotheses, window, defaultPolicy),
  )
  timed('safety', () => safetyClaims(table, service, window, defaultPolicy))
  timed('populations', () => comparePopulations(table, window, 0.5, defaultPolicy, selection))
  timed('dashboard', () => dashboard(table))
  return stages
}
