/** A search in this thread, letting others run in between. */
import type { CohortSearch, CohortSearchResult } from '../search-cohorts.ts'
import { allowKernelAsTold } from './allow-kernel-as-told.ts'
import { scanResult } from '../search/scan-cohorts.ts'
import type { ScanResult } from '../search/scan-contender.ts'
import { ScanRun, scanParts } from '../search/scan-plan.ts'
import { scanSpace } from '../search/scan-space.ts'
import { searchMeasures, type MeasureScanRequest } from '../search/search-measures.ts'
import { firstScanShare } from './search-effort.ts'
import { openOrders, shareDone, sharedScan, takeParts } from './shared-scan.ts'

/** How long the thread works before it lets others run, ms. */
const stride = 20

/** The answer of `searchCohorts`. */
export async function searchHere(
  search: CohortSearch,
  signal: AbortSignal | undefined,
  report: (done: number) => void,
): Promise<CohortSearchResult> {
  allowKernelAsTold()
  const measures = Math.max(1, search.measures.length)
  const steps = searchMeasures(search, () => signal?.aborted === true)
  let step = steps.next()
  while (step.done !== true) {
    const { measure, first } = step.value
    const from = measure + (first ? 0 : firstScanShare)
    // oxlint-disable-next-line no-await-in-loop -- each scan follows from the one before
    const result = await scanHere(step.value, signal, (done) => {
      report((from + (first ? firstScanShare * done : 0)) / measures)
    })
    step = steps.next(result)
  }
  return step.value
}

async function scanHere(
  { population, attributes, settings }: MeasureScanRequest,
  signal: AbortSignal | undefined,
  report: (done: number) => void,
): Promise<ScanResult> {
  const stop = (): boolean => signal?.aborted === true
  const space = scanSpace(population, attributes, settings, false)
  const run = ScanRun.of(space, stop)
  const scan = sharedScan(space, scanParts(space, run.root))
  const parts = takeParts(scan, run, stop)
  let since = performance.now()
  let step = parts.next()
  for (; step.done !== true; step = parts.next()) {
    if (performance.now() - since < stride) continue
    report(shareDone(scan))
    // oxlint-disable-next-line no-await-in-loop -- the point of it
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
  return scanResult(space, step.value, openOrders(scan))
}
