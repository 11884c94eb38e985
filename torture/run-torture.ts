import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../src/stats/random.ts'
import { ClientProcesses, type NumberedSignal, type Protocol } from './client-processes.ts'
import { type Count, countStored } from './count-stored.ts'
import { commit, type Fault, kills, troubles } from './faults.ts'
import { type Plant, startFaultyProxy } from './faulty-proxy.ts'
import { freePorts, Served } from './served.ts'

export interface TortureOptions {
  kills: number
  seed: number
  /** Spans a second, and as many log records, of each sender. */
  perSecond: number
  /** A folder that is a small disk of its own, to be filled; undefined: disks are not filled. */
  smallDisk: string | undefined
  plant: Plant | undefined
  progress: (line: string) => void
}

export interface TortureReport {
  seed: number
  plant: Plant | undefined
  faults: Partial<Record<Fault, number>>
  protocols: readonly Protocol[]
  counts: Record<NumberedSignal, Count>
  retries: number
  longestOutageSeconds: number
  seconds: number
  /** Spool segments that were set aside. */
  setAside: number
  notLookedAt: string[]
  isClean: boolean
}

/** After so many kills there is some other trouble. */
const killsPerTrouble = 4

/** Runs one server under load, breaks it again and again, and counts what is there at the end. */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const { plant, smallDisk, progress } = options
  const began = performance.now()
  const random = createRandom(options.seed)
  const folder = smallDisk ?? mkdtempSync(path.join(tmpdir(), 'aftergreen-torture-'))
  const data = path.join(folder, 'data')
  const ports = await freePorts()
  const served = new Served(data, ports)
  const faults: Partial<Record<Fault, number>> = {}
  let clients: ClientProcesses | undefined
  const http = `http://127.0.0.1:${ports.otlp}`
  const proxy = plant === undefined ? undefined : await startFaultyProxy(plant, http)
  const proxyPort = (proxy?.address() as AddressInfo | undefined)?.port
  try {
    await served.start()
    const protocols: Protocol[] = ['http/protobuf', 'http/json', 'grpc']
    clients = new ClientProcesses({
      protocols,
      httpUrl: proxyPort === undefined ? http : `http://127.0.0.1:${proxyPort}`,
      grpcUrl: `http://127.0.0.1:${ports.grpc}`,
      perSecond: options.perSecond,
    })
    for (let kill = 1; kill <= options.kills; kill++) {
      const possible = smallDisk === undefined ? troubles.slice(0, 2) : troubles
      const plan: Fault[] = [kills[random.integer(kills.length)]!]
      if (kill % killsPerTrouble === 0) {
        plan.push(possible[Math.floor(kill / killsPerTrouble) % possible.length]!)
      }
      for (const fault of plan) {
        await untilMoving(clients, served)
        await sleep(random.integer(800))
        await commit(fault, { served, random, smallDisk })
        faults[fault] = (faults[fault] ?? 0) + 1
      }
      const { traces, logs } = clients.acknowledged
      const sofar = `${traces.length} spans, ${logs.length} log records acknowledged`
      progress(`${kill} of ${options.kills} kills (${plan.join(', ')}): ${sofar}`)
    }
    await untilMoving(clients, served)
    await clients.stop(90_000)
    await served.stop()
    const { counts, setAside } = await countStored(data, clients.acknowledged)
    const notLookedAt = smallDisk === undefined ? ['full disks: no small disk could be made'] : []
    return {
      seed: options.seed,
      plant,
      faults,
      protocols,
      counts,
      retries: clients.retries,
      longestOutageSeconds: clients.longestOutage / 1000,
      seconds: (performance.now() - began) / 1000,
      setAside,
      notLookedAt,
      isClean: Object.values(counts).every(
        ({ lost, doubled, acknowledged }) => lost === 0 && doubled === 0 && acknowledged > 0,
      ),
    }
  } finally {
    clients?.kill()
    await served.kill()
    proxy?.closeAllConnections()
    proxy?.close()
    // an engine that lost its owner is gone a moment later
    await sleep(300)
    rmSync(smallDisk === undefined ? folder : data, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Waits until something is acknowledged again, for at most 60 s: what was killed needs to have been at work. */
async function untilMoving({ acknowledged }: ClientProcesses, served: Served): Promise<void> {
  const total = (): number => acknowledged.traces.length + acknowledged.logs.length
  const before = total()
  for (let tries = 0; tries < 1200; tries++) {
    if (total() > before) return
    if (!served.isAlive) throw new Error(`The server ended by itself: ${served.words}`)
    await sleep(50)
  }
  const health = JSON.stringify(await served.health())
  throw new Error(`Nothing was acknowledged for 60 s: ${health}\n${served.words}`)
}
