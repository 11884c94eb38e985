import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { AftergreenError } from '../../src/errors.ts'

/** A process of the demo. */
export interface Child {
  name: string
  /** The port that it said it listens on; 0 where it listens on none. */
  port: number
  pid: number
  /** Its last line of standard output. */
  lastLine(): string
  /** Asks it to end and waits; kills it where it does not. */
  stop(): Promise<void>
}

export interface ChildOptions {
  name: string
  /** Arguments of this very Node. */
  arguments: readonly string[]
  environment?: Record<string, string>
  /** What it prints when it is ready; the first group is the port. Left out: ready at once. */
  ready?: RegExp
  /** Where its standard error goes. */
  onErrorLine?: (line: string) => void
}

const longestStartMs = 60_000
const longestStopMs = 8000
const errorLinesKept = 40

/**
 * Processes that live no longer than this one: they watch their standard input, which closes however this process
 * ends. When one of them ends without being asked, `crashed` rejects.
 */
export class ChildProcesses {
  readonly crashed: Promise<never>
  /** Aborted when one has crashed or all are being stopped: nothing is left to wait for. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }
  readonly #ending = new AbortController()
  #reject: (error: Error) => void = () => undefined
  readonly #running = new Set<Child>()

  constructor() {
    this.crashed = new Promise<never>((_resolve, reject) => {
      this.#reject = reject
    })
    // a crash that nobody waits for any more is no unhandled rejection
    this.crashed.catch(() => undefined)
  }

  /** Starts a process and waits until it is ready. @throws DEMO_FAILED */
  async start(options: ChildOptions): Promise<Child> {
    if (this.ending.aborted) throw new AftergreenError('DEMO_FAILED', 'The demo is being stopped.')
    const spawned = spawn(process.execPath, [...options.arguments], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...inheritedEnvironment(), ...options.environment },
      // a process group of its own: Ctrl-C in a terminal reaches this process alone, which ends the others in order
      detached: true,
    })
    spawned.stdin.on('error', () => undefined)
    const errorLines: string[] = []
    createInterface({ input: spawned.stderr }).on('line', (line) => {
      errorLines.push(line)
      if (errorLines.length > errorLinesKept) errorLines.shift()
      options.onErrorLine?.(line)
    })
    const ended = new Promise<string>((resolve) => {
      spawned.once('error', (error) => resolve(error.message))
      spawned.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    let asked = false
    let lastLine = ''
    const child: Child = {
      name: options.name,
      port: 0,
      pid: spawned.pid ?? 0,
      lastLine: () => lastLine,
      stop: async () => {
        asked = true
        await endProcess(spawned, ended)
      },
    }
    this.#running.add(child)
    const failed = ended.then((how) => {
      this.#running.delete(child)
      if (asked) return
      const error = new AftergreenError('DEMO_FAILED', `${options.name} ended by itself: ${how}.`, {
        hint: `It said: ${errorLines.find((line) => /error/i.test(line)) ?? errorLines.at(-1) ?? 'nothing'}`,
      })
      this.#reject(error)
      this.#ending.abort()
      throw error
    })
    failed.catch(() => undefined)
    const lines = createInterface({ input: spawned.stdout })
    const { ready } = options
    const isReady = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        const match = ready?.exec(line)
        if (match !== null && match !== undefined) {
          child.port = Number(match[1] ?? 0)
          resolve()
        } else lastLine = line
      })
    })
    if (ready !== undefined) await Promise.race([isReady, failed, tooSlow(options.name)])
    return child
  }

  /** Stops every process, the last started first. */
  async stopAll(): Promise<void> {
    this.#ending.abort()
    await Promise.all([...this.#running].toReversed().map((child) => child.stop()))
  }
}

/** What is set for other programs must not change what the demo does. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OTEL|AFTERGREEN)_/.test(name)),
  )
}

async function endProcess(
  spawned: ChildProcessByStdio<Writable, Readable, Readable>,
  ended: Promise<string>,
): Promise<void> {
  spawned.stdin.end()
  const kill = setTimeout(() => spawned.kill('SIGKILL'), longestStopMs)
  await ended
  clearTimeout(kill)
}

function tooSlow(name: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => {
      reject(
        new AftergreenError(
          'DEMO_FAILED',
          `${name} was not ready after ${longestStartMs / 1000} s.`,
          {
            hint: 'The machine may be too busy: close other programs and try again.',
          },
        ),
      )
    }, longestStartMs).unref()
  })
}
