/** A thread of the cohort search: searches whole measures, and helps with the scans of others. */
import { parentPort } from 'node:worker_threads'
import { allowKernelAsTold } from './allow-kernel-as-told.ts'
import { scanResult } from '../search/scan-cohorts.ts'
import type { CohortSearch } from '../search-cohorts.ts'
import type { Contender, ScanResult } from '../search/scan-contender.ts'
import { ContenderKeeper } from '../search/scan-keeper.ts'
import { rootNode } from '../search/scan-node.ts'
import { ScanRun, scanParts } from '../search/scan-plan.ts'
import { scanSpace } from '../search/scan-space.ts'
import { searchOneMeasure, type MeasureScanRequest } from '../search/search-measures.ts'
import { firstScanShare, smallScan } from './search-effort.ts'
import { progressUnit, type FromSearchThread, type ToSearchThread } from './search-messages.ts'
import { anyLeft, openOrders, shareDone, sharedScan, takeParts } from './shared-scan.ts'

const progressInterval = 50

if (parentPort === null) throw new Error('this file is the start of a thread')
const port = parentPort
allowKernelAsTold()
const say = (message: FromSearchThread): void => port.postMessage(message, [])
let helped: ((contenders: Contender[]) => void) | undefined
let current: CohortSearch | undefined

port.on('message', (message: ToSearchThread) => {
  if (message.kind === 'helped') helped?.(message.contenders)
  else if (message.kind === 'search') current = message.search
  else {
    const work = message.kind === 'help' ? help(message) : searchMeasure(message)
    work.catch((error: unknown) => say({ kind: 'failed', error }))
  }
})

async function searchMeasure({
  index,
  control,
}: ToSearchThread & { kind: 'measure' }): Promise<void> {
  if (current === undefined) throw new Error('a measure of no search')
  const state = new Int32Array(control)
  const stop = (): boolean => Atomics.load(state, 0) !== 0
  const steps = searchOneMeasure(current, index, stop)
  let step = steps.next()
  while (step.done !== true) {
    // oxlint-disable-next-line no-await-in-loop -- each scan follows from the one before
    step = steps.next(await scan(step.value, stop, state))
  }
  say({ kind: 'measured', index, answer: step.value })
}

async function scan(
  { population, attributes, settings, measure, first }: MeasureScanRequest,
  stop: () => boolean,
  state: Int32Array,
): Promise<ScanResult> {
  const space = scanSpace(population, attributes, settings, first)
  const root = rootNode(space)
  const shared = sharedScan(space, scanParts(space, root))
  const open = first && shared.parts.reduce((sum, { work }) => sum + work, 0) > smallScan
  if (open) say({ kind: 'open', scan: shared })
  const keeper = new ContenderKeeper(space.keep)
  const parts = takeParts(shared, new ScanRun(space, root, keeper, stop), stop)
  let since = performance.now()
  let own = parts.next()
  for (; own.done !== true; own = parts.next()) {
    if (!first || performance.now() - since < progressInterval) continue
    Atomics.store(state, measure + 1, firstScanShare * shareDone(shared) * progressUnit)
    since = performance.now()
  }
  if (open) {
    const others = new Promise<Contender[]>((resolve) => {
      helped = resolve
    })
    say({ kind: 'close' })
    for (const contender of await others) keeper.add(contender)
  }
  return scanResult(space, keeper.list(), openOrders(shared))
}

async function help({ scan: shared, control }: ToSearchThread & { kind: 'help' }): Promise<void> {
  const state = new Int32Array(control)
  const stop = (): boolean => Atomics.load(state, 0) !== 0
  let contenders: Contender[] = []
  if (anyLeft(shared)) {
    const parts = takeParts(shared, ScanRun.of(shared.space, stop), stop)
    let step = parts.next()
    while (step.done !== true) step = parts.next()
    contenders = step.value
  }
  say({ kind: 'found', contenders })
}
