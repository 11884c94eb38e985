import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

export type Protocol = 'http/protobuf' | 'http/json' | 'grpc'
export type NumberedSignal = 'traces' | 'logs'

export interface ClientOptions {
  protocols: readonly Protocol[]
  /** Where OTLP over HTTP goes. */
  httpUrl: string
  grpcUrl: string
  perSecond: number
}

/** Numbers of one client begin here; they stay below the next one's. */
const numbersEach = 100_000_000

/** Sender processes, and what their exporters called delivered. */
export class ClientProcesses {
  readonly acknowledged: Record<NumberedSignal, number[]> = { traces: [], logs: [] }
  retries = 0
  /** Longest time without any acknowledgement, in ms. */
  longestOutage = 0
  #lastAt = performance.now()
  readonly #children: ChildProcess[]

  constructor(options: ClientOptions) {
    this.#children = options.protocols.map((protocol, i) => this.#start(protocol, i, options))
  }

  /** Asks the senders to end; resolves when everything that they had was delivered. */
  async stop(ms: number): Promise<void> {
    for (const child of this.#children) child.stdin?.end('stop\n')
    const ended = this.#children.map(async (child) => {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    })
    const timer = setTimeout(() => this.kill(), ms)
    await Promise.all(ended)
    clearTimeout(timer)
  }

  kill(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #start(protocol: Protocol, index: number, options: ClientOptions): ChildProcess {
    const { httpUrl, grpcUrl, perSecond } = options
    const urls =
      protocol === 'grpc' ? [grpcUrl, grpcUrl] : [`${httpUrl}/v1/traces`, `${httpUrl}/v1/logs`]
    const child = spawn(
      process.execPath,
      [
        path.join(import.meta.dirname, 'client.ts'),
        protocol,
        ...urls,
        String(index * numbersEach),
        String(perSecond),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    child.stdin?.on('error', () => {})
    createInterface(child.stdout).on('line', (line) => this.#hear(line))
    return child
  }

  #hear(line: string): void {
    const told = JSON.parse(line) as { signal?: NumberedSignal; numbers?: number[] }
    if (told.signal === undefined || told.numbers === undefined) {
      this.retries++
      return
    }
    this.acknowledged[told.signal].push(...told.numbers)
    this.longestOutage = Math.max(this.longestOutage, performance.now() - this.#lastAt)
    this.#lastAt = performance.now()
  }
}
