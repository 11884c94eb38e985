/** The scan by several threads. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Population } from '../cell-counts.ts'
import { scanResult } from '../search/scan-cohorts.ts'
import type { ScanAttribute, ScanResult, ScanSettings } from '../search/scan-contender.ts'
import { ContenderKeeper } from '../search/scan-keeper.ts'
import { rootNode } from '../search/scan-node.ts'
import { ScanRun, scanParts, type ScanPart } from '../search/scan-plan.ts'
import { scanSpace, type ScanSpace } from '../search/scan-space.ts'
import type { ScanWork, ScanWorkDone } from './scan-worker.ts'

export interface ScanInWorkersOptions {
  /** Default: as many as the machine has processors, at most 8; one where the scan is small. */
  threads?: number
  signal?: AbortSignal | undefined
  /** 0 to 1, now and then. */
  onProgress?: ((done: number) => void) | undefined
}

/** Row visits below which starting threads does not pay. */
const smallScan = 5e7
const mostThreads = 8
/** How long one thread works before it lets others run, ms. */
const stride = 20
const progressInterval = 100

/**
 * The answer of `scanCohorts`, byte for byte, however many threads. When the signal is aborted, what was scanned so far,
 * and `cut` says which orders were not finished.
 */
export async function scanInWorkers(
  population: Population,
  attributes: readonly ScanAttribute[],
  settings: ScanSettings,
  options: ScanInWorkersOptions = {},
): Promise<ScanResult> {
  const { signal, onProgress } = options
  const wanted = options.threads ?? Math.min(mostThreads, availableParallelism())
  const space = scanSpace(population, attributes, settings, wanted > 1)
  const root = rootNode(space)
  const parts = scanParts(space, root)
  const work = parts.reduce((sum, part) => sum + part.work, 0)
  const threads = options.threads === undefined && work < smallScan ? 1 : wanted
  if (threads <= 1) return scanHere(space, parts, signal, onProgress)

  const state = new Int32Array(new SharedArrayBuffer(8 + parts.length), 0, 2)
  const done = new Uint8Array(state.buffer, 8)
  const timer = setInterval(() => onProgress?.(doneShare(parts, done, work)), progressInterval)
  const abort = (): void => void Atomics.store(state, 1, 1)
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort)
  try {
    const input: ScanWork = { space, parts, state: state.buffer }
    const answers = await Promise.all(Array.from({ length: threads }, () => runWorker(input)))
    const keeper = new ContenderKeeper(space.keep)
    for (const contender of answers.flat()) keeper.add(contender)
    const open = parts.filter((_, index) => done[index] === 0).map(({ order }) => order)
    return scanResult(space, keeper.list(), new Set(open))
  } finally {
    // the others stop too when one has failed
    abort()
    clearInterval(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/** In this thread, letting others run in between. */
async function scanHere(
  space: ScanSpace,
  parts: readonly ScanPart[],
  signal: AbortSignal | undefined,
  onProgress: ((done: number) => void) | undefined,
): Promise<ScanResult> {
  const run = ScanRun.of(space, () => false)
  const work = parts.reduce((sum, part) => sum + part.work, 0)
  const done = new Uint8Array(parts.length)
  let since = performance.now()
  for (const [index, part] of parts.entries()) {
    if (performance.now() - since > stride) {
      onProgress?.(doneShare(parts, done, work))
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
    if (signal?.aborted === true) break
    run.do(part)
    done[index] = 1
  }
  const open = parts.filter((_, index) => done[index] === 0).map(({ order }) => order)
  return scanResult(space, run.contenders, new Set(open))
}

function doneShare(parts: readonly ScanPart[], done: Uint8Array, work: number): number {
  let sum = 0
  for (const [index, part] of parts.entries()) if (done[index] === 1) sum += part.work
  return work === 0 ? 1 : sum / work
}

function runWorker(input: ScanWork): Promise<ScanWorkDone> {
  const file = import.meta.url.endsWith('.ts') ? './scan-worker.ts' : './scan-worker.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: input })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => {
      reject(new Error(`a thread of the cohort search ended early (${code})`))
    })
  })
}
