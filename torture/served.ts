import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Ports {
  api: number
  otlp: number
  grpc: number
}

interface Health {
  status: string
  engine?: { state: string; pid?: number; restarts: number }
  spool?: { files: number; rejectedFiles: number }
}

/** `aftergreen serve` as a process, always on the same ports and folder however often it is killed. */
export class Served {
  /** What it said on standard error in all its lives: the end of it. */
  words = ''
  readonly #data: string
  readonly #ports: Ports
  #process: ChildProcess | undefined

  constructor(data: string, ports: Ports) {
    this.#data = data
    this.#ports = ports
  }

  /** Starts it and waits until everything is open. */
  async start(): Promise<void> {
    const main = path.join(import.meta.dirname, '../src/cli/main.ts')
    const { api, otlp, grpc } = this.#ports
    const ports = ['--port', `${api}`, '--otlp-port', `${otlp}`, '--grpc-port', `${grpc}`]
    const child = spawn(process.execPath, [main, 'serve', '--data', this.#data, ...ports], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // on a full disk it would delete the oldest rows, as it should, and they would look lost
      env: { ...process.env, AFTERGREEN_DISK_BUDGET: 'unlimited' },
    })
    child.stderr?.on('data', (text) => (this.words = (this.words + String(text)).slice(-20_000)))
    this.#process = child
    for (let tries = 0; tries < 600; tries++) {
      if ((await this.health())?.engine?.state === 'ready') return
      if (child.exitCode !== null) break
      await sleep(50)
    }
    throw new Error(`The server did not start: ${this.words}`)
  }

  /** Whether it is there; nobody but us may end it. */
  get isAlive(): boolean {
    const child = this.#process
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  async health(): Promise<Health | undefined> {
    try {
      const signal = AbortSignal.timeout(5000)
      const answer = await fetch(`http://127.0.0.1:${this.#ports.api}/api/health`, { signal })
      return (await answer.json()) as Health
    } catch {
      return undefined
    }
  }

  async enginePid(): Promise<number | undefined> {
    return (await this.health())?.engine?.pid
  }

  /** Ends it as a power switch would, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || !this.isAlive) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  async stop(): Promise<void> {
    const child = this.#process
    if (child === undefined || !this.isAlive) return
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    await closed
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const [api, otlp, grpc] = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  for (const server of servers) server.close()
  return { api: api!, otlp: otlp!, grpc: grpc! }
}
