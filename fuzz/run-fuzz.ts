import { Worker } from 'node:worker_threads'
import type { Fault } from './faults.ts'
import type { FuzzReport, MemorySample, Stretch } from './report.ts'
import { noFailures } from './report.ts'
import type { WorkerInput, WorkerMessage } from './worker.ts'

export interface FuzzOptions {
  payloads: number
  seed: number
  /** The run ends early after so long. */
  seconds?: number
  /** Share of the payloads that is sent over HTTP, too. */
  overHttp?: number
  plant?: Fault | undefined
  /** Called about once a second. */
  onProgress?: (done: number) => void
}

/** A payload that takes more CPU time is a hang, in ms: hundreds of times what the slowest ones take. */
const patience = 5000
/** One that waits for longer, too. */
const longestWait = 60_000
/** The heap may grow by so much while the caches of the run fill. */
const tolerableGrowth = 48 * 2 ** 20
const mostHeapMegabytes = 1500
const mostExamples = 20

/**
 * Sends mutated requests through the reader, the encoder and the receiver, in a thread of its own: when it hangs or dies,
 * that is counted, and another one goes on behind the payload.
 */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const start = performance.now()
  const run = new Run(options)
  let next = 0
  while (next < options.payloads && !run.isOver()) next = await run.work(next)
  return run.report(next, (performance.now() - start) / 1000)
}

/** Other programs may slow the machine down: so what counts is CPU time since a payload was first seen. */
class StuckWatch {
  #began = 0
  #cpu = process.cpuUsage()

  /** @param began when the payload was begun, ms since 1970; 0 between two payloads */
  isStuck(began: number): boolean {
    if (began === 0 || began !== this.#began) {
      this.#began = began
      this.#cpu = process.cpuUsage()
      return false
    }
    const { user, system } = process.cpuUsage(this.#cpu)
    return (user + system) / 1000 > patience || Date.now() - began > longestWait
  }
}

class Run {
  readonly #options: FuzzOptions
  readonly #progress = new Int32Array(new SharedArrayBuffer(8))
  readonly #startedAt = new Float64Array(new SharedArrayBuffer(8))
  readonly #deadline: number
  readonly #total: Stretch = {
    outcomes: {},
    failures: noFailures(),
    examples: [],
    slowest: { ms: 0, index: 0, bytes: 0 },
  }
  #samples: MemorySample[] = []
  #first: MemorySample = { heap: 0, buffers: 0 }
  #largest: MemorySample = { heap: 0, buffers: 0 }
  #peakResident = 0

  constructor(options: FuzzOptions) {
    this.#options = options
    this.#deadline = performance.now() + (options.seconds ?? Infinity) * 1000
  }

  isOver(): boolean {
    return performance.now() > this.#deadline
  }

  /** Starts a worker at a payload; returns the one behind the last that was read. */
  async work(from: number): Promise<number> {
    const { seed, payloads, overHttp = 0.02, plant } = this.#options
    const input: WorkerInput = {
      seed,
      from,
      to: payloads,
      overHttp,
      plant,
      shared: this.#progress.buffer,
      sharedTime: this.#startedAt.buffer,
    }
    this.#startedAt[0] = 0
    this.#progress[0] = from
    this.#samples = []
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: input,
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMegabytes },
    })
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'stretch') this.#add(message.stretch)
      else this.#sample(message.sample)
    })
    const stuck = new StuckWatch()
    let ending: 'hang' | 'time' | undefined
    const watch = setInterval(() => {
      this.#peakResident = Math.max(this.#peakResident, process.memoryUsage().rss)
      this.#options.onProgress?.(Atomics.load(this.#progress, 0))
      if (stuck.isStuck(this.#startedAt[0]!)) ending = 'hang'
      else if (this.isOver()) ending = 'time'
      if (ending !== undefined) void worker.terminate()
    }, 500)
    const died = await new Promise<Error | undefined>((resolve) => {
      worker.once('error', resolve)
      worker.once('exit', () => resolve(undefined))
    })
    clearInterval(watch)
    this.#checkGrowth()
    const index = Atomics.load(this.#progress, 0)
    if (ending === 'hang') this.#fail('hang', index, `it took more than ${patience} ms`)
    else if (died !== undefined) this.#fail('crash', index, String(died))
    return index + 1
  }

  report(done: number, seconds: number): FuzzReport {
    const { seed } = this.#options
    const memory = { first: this.#first, largest: this.#largest, peakResident: this.#peakResident }
    return { ...this.#total, seed, payloads: done, seconds, memory, planted: this.#progress[1]! }
  }

  #add({ outcomes, failures, examples, slowest }: Stretch): void {
    const total = this.#total
    for (const [outcome, count] of Object.entries(outcomes)) {
      total.outcomes[outcome] = (total.outcomes[outcome] ?? 0) + count
    }
    for (const [kind, count] of Object.entries(failures)) total.failures[kind as Fault] += count
    for (const example of examples) this.#keep(example)
    if (slowest.ms > total.slowest.ms) total.slowest = slowest
  }

  #keep(example: Stretch['examples'][number]): void {
    if (this.#total.examples.length < mostExamples) this.#total.examples.push(example)
  }

  #fail(kind: Fault, index: number, detail: string): void {
    this.#total.failures[kind]++
    this.#keep({ kind, index, detail })
  }

  #sample(sample: MemorySample): void {
    this.#samples.push(sample)
    if (this.#first.heap === 0) this.#first = sample
    if (sample.heap + sample.buffers > this.#largest.heap + this.#largest.buffers) {
      this.#largest = sample
    }
  }

  /** What one worker holds at its end, beside what it held when it had warmed up. */
  #checkGrowth(): void {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (first === undefined || last === undefined) return
    const growth = last.heap + last.buffers - first.heap - first.buffers
    if (growth <= tolerableGrowth) return
    this.#fail('leak', this.#progress[0]!, `the memory grew by ${Math.round(growth / 2 ** 20)} MiB`)
  }
}
