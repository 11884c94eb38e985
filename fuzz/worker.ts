import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { AftergreenError } from '../src/errors.ts'
import { makeCorpus } from './corpus.ts'
import type { Fault } from './faults.ts'
import { Planted } from './faults.ts'
import { HttpTarget } from './http-target.ts'
import { payloadAt } from './payload.ts'
import { ReaderTarget } from './reader-target.ts'
import type { MemorySample, Stretch } from './report.ts'
import { Failure, noFailures } from './report.ts'

export interface WorkerInput {
  seed: number
  from: number
  to: number
  overHttp: number
  plant: Fault | undefined
  /** Number of the payload, and how many faults were planted. */
  shared: SharedArrayBuffer
  /** When its reading began, ms since 1970. */
  sharedTime: SharedArrayBuffer
}

export type WorkerMessage =
  | { type: 'stretch'; stretch: Stretch }
  | { type: 'memory'; sample: MemorySample }

const { seed, from, to, overHttp, plant, shared, sharedTime } = workerData as WorkerInput
const progress = new Int32Array(shared)
const startedAt = new Float64Array(sharedTime)
const stretchLength = 1000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function memory(): MemorySample {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return { heap: heapUsed, buffers: external }
}

const tell = (message: WorkerMessage): void => parentPort!.postMessage(message, [])

const emptyStretch = (): Stretch => ({
  outcomes: {},
  failures: noFailures(),
  examples: [],
  slowest: { ms: 0, index: 0, bytes: 0 },
})

const corpus = makeCorpus(seed)
const planted = new Planted(plant, () => Atomics.add(progress, 1, 1))
const reader = new ReaderTarget(planted)
const http = await HttpTarget.start()
let stretch = emptyStretch()

function count(outcome: string): void {
  stretch.outcomes[outcome] = (stretch.outcomes[outcome] ?? 0) + 1
}

function fail(index: number, error: unknown): void {
  const kind = error instanceof Failure ? error.kind : 'crash'
  stretch.failures[kind]++
  const where = error instanceof Failure ? '' : ` ${(error as Error).stack?.split('\n')[1]?.trim()}`
  stretch.examples.push({ kind, index, detail: `${String(error)}${where}` })
}

async function run(index: number): Promise<void> {
  const payload = payloadAt(corpus, seed, index, overHttp)
  const before = performance.now()
  startedAt[0] = Date.now()
  Atomics.store(progress, 0, index)
  try {
    const outcome = reader.read(index, payload)
    count(`${payload.signal} ${payload.encoding} ${outcome}`)
    if (payload.sent !== undefined) count(`http ${await http.send(payload)}`)
  } catch (error) {
    if (error instanceof AftergreenError) throw error
    fail(index, error)
  }
  startedAt[0] = 0
  const ms = performance.now() - before
  if (ms > stretch.slowest.ms) stretch.slowest = { ms, index, bytes: payload.body.length }
}

for (let index = from; index < to; index++) {
  await run(index)
  if ((index + 1 - from) % stretchLength !== 0 && index + 1 < to) continue
  tell({ type: 'stretch', stretch })
  stretch = emptyStretch()
  // the parent hears of it, and the event loop turns
  await new Promise((resolve) => setImmediate(resolve))
  if ((index + 1 - from) % (stretchLength * 5) === 0) tell({ type: 'memory', sample: memory() })
}
tell({ type: 'memory', sample: memory() })
http.close()
