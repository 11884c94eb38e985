import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../src/stats/random.ts'
import type { Served } from './served.ts'

/** What is done to a server under load. The first three are kills. */
export const kills = ['server killed', 'engine killed', 'both killed'] as const
export const troubles = ['engine stopped', 'engine refuses', 'disk full'] as const
export type Fault = (typeof kills)[number] | (typeof troubles)[number]

export interface FaultOptions {
  served: Served
  random: Random
  /** On a small disk of its own: the folder to fill; undefined where there is none. */
  smallDisk: string | undefined
}

/** Does it, and puts things right again. */
export async function commit(fault: Fault, { served, random, smallDisk }: FaultOptions) {
  const engine = await served.enginePid()
  const duration = 500 + random.integer(2500)
  switch (fault) {
    case 'server killed':
      await served.kill()
      await sleep(random.integer(500))
      return await served.start()
    case 'engine killed':
      return signal(engine, 'SIGKILL')
    case 'both killed':
      signal(engine, 'SIGKILL')
      await served.kill()
      return await served.start()
    case 'engine stopped':
      signal(engine, 'SIGSTOP')
      await sleep(duration)
      return signal(engine, 'SIGCONT')
    case 'engine refuses':
      // it can open no file: every insert fails
      limitFiles(engine, '8:')
      await sleep(duration)
      return limitFiles(engine, '4096:')
    case 'disk full':
      if (smallDisk === undefined) return
      fill(smallDisk)
      await sleep(duration)
      return rmSync(path.join(smallDisk, ballast), { force: true })
  }
}

const ballast = 'ballast'

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name)
  } catch {
    // it is gone already
  }
}

function limitFiles(pid: number | undefined, limit: string): void {
  try {
    if (pid !== undefined) execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${limit}`])
  } catch {
    // it is gone already
  }
}

function fill(folder: string): void {
  const file = openSync(path.join(folder, ballast), 'w')
  const piece = Buffer.alloc(2 ** 20, 1)
  try {
    for (;;) writeSync(file, piece)
  } catch {
    // there is no room left
  } finally {
    closeSync(file)
  }
}
