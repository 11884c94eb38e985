import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { cpuSeconds, residentBytes } from '../ingest/process-usage.ts'

/** What some work takes of this process and of the engine. */
export interface Usage {
  seconds: number
  /** Seconds of CPU, all threads. */
  nodeCpu: number
  engineCpu: number
  /** Most bytes in memory. */
  nodePeak: number
  enginePeak: number
}

export interface Idle {
  node: number
  engine: number
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in memory while nothing happens. */
export function idleMemory(enginePid: number): Idle {
  collectGarbage()
  return { node: residentBytes(process.pid), engine: residentBytes(enginePid) }
}

/** @param collects whether garbage is collected first: memory is then that of the work, but some code is compiled anew */
export async function measured<T>(
  enginePid: number,
  work: () => Promise<T>,
  collects = true,
): Promise<{ answer: T; usage: Usage }> {
  if (collects) collectGarbage()
  const pids = [process.pid, enginePid] as const
  for (const pid of pids) forgetPeak(pid)
  const [node, engine] = [cpuSeconds(process.pid), cpuSeconds(enginePid)]
  const started = performance.now()
  const answer = await work()
  const usage = {
    seconds: (performance.now() - started) / 1000,
    nodeCpu: cpuSeconds(process.pid) - node,
    engineCpu: cpuSeconds(enginePid) - engine,
    nodePeak: peakBytes(process.pid),
    enginePeak: peakBytes(enginePid),
  }
  return { answer, usage }
}

/** proc(5): 5 sets the peak of the resident memory to what it is now. */
const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

function peakBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
